internal import ErpClient
internal import ErpRules

/// What the database knows of rules: their rows, their tables, who writes, and how a witness is judged.
struct RuleStore {
    let connection: PostgresConnection
    let catalogue: Catalogue

    init(_ connection: PostgresConnection) throws {
        self.connection = connection
        let found = try connection.query(Catalogue.sql).first?.text(0)
        guard let catalogue = found.flatMap(Catalogue.init) else { throw ToolError("the catalogue cannot be read") }
        self.catalogue = catalogue
    }

    /// The qualified name of the table that a rule's target stands for.
    func table(_ target: String) throws -> String {
        let sql = """
            SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = erp.rule_target($1)
            """
        guard let name = try connection.query(sql, [target]).first?.text(0) else {
            throw ToolError("\(target) is no table")
        }
        return name
    }

    /// The rule of an id or a name, whatever its state.
    func rule(_ which: String) throws -> Rule {
        let rules = try rules(where: "c.constraint_id::text = $1 OR c.rule_name = $1", [which])
        guard let rule = rules.first else { throw ToolError("there is no rule \(which)") }
        guard rules.count == 1 else { throw ToolError("\(which) names several rules; give an id") }
        return rule
    }

    /// The rules in force now on a table.
    func rulesInForce(on table: String) throws -> [Rule] {
        try rules(
            where: """
                c.is_active AND c.mode = 'enforce' AND erp.rule_target(c.target_table) = $1::regclass
                AND (c.valid_from IS NULL OR c.valid_from <= erp.now()) AND (c.valid_to IS NULL OR c.valid_to > erp.now())
                """, [table])
    }

    private func rules(where condition: String, _ parameters: [String?]) throws -> [Rule] {
        let parser = RuleParser(references: try references())
        let sql = """
            SELECT c.constraint_id, c.rule_name, c.target_table, c.triggering_operation, c.target_agent_role,
                coalesce(nullif(to_jsonb(c) -> 'compiled_ast', 'null'), c.logic_ast), c.polarity, c.on_unknown
            FROM public.erp_agent_constraints AS c WHERE \(condition) ORDER BY c.constraint_id
            """
        return try connection.query(sql, parameters).rows.map { row in
            guard let ast = row.text(5).flatMap(JSONValue.init) else { throw ToolError("a rule is no JSON") }
            let id = row.text(0).flatMap { Int($0) }
            return Rule(
                id: id,
                name: row.text(1) ?? "rule \(id ?? 0)",
                table: try table(row.text(2) ?? ""),
                operation: row.text(3) ?? "*",
                role: row.text(4) ?? "*",
                ast: ast,
                polarity: Rule.Polarity(rawValue: row.text(6) ?? "") ?? .require,
                allowsUnknown: row.text(7) == "allow",
                condition: parser.parse(ast)
            )
        }
    }

    /// The conditions that rule_ref may name.
    func references() throws -> [String: JSONValue] {
        let sql = "SELECT rule_name, logic_ast FROM public.erp_agent_constraints WHERE rule_name IS NOT NULL"
        var found: [String: JSONValue] = [:]
        for row in try connection.query(sql).rows {
            guard let name = row.text(0), let ast = row.text(1).flatMap(JSONValue.init) else { continue }
            found[name] = ast
        }
        return found
    }

    /// A writer by role: an agent, a person, or `anyone`.
    func writer(_ role: String) throws -> Writer {
        if role == "anyone" { return .anyone }
        let sql = """
            SELECT jsonb_build_object('kind', 'agent', 'id', agent_id, 'role_name', role_name, 'display_name', display_name,
                'financial_authority_limit', CASE WHEN operational_status IN ('active', 'sleeping') THEN financial_authority_limit ELSE 0 END,
                'operational_status', operational_status)
            FROM public.erp_agents WHERE role_name = $1
            UNION ALL
            SELECT jsonb_build_object('kind', 'person', 'id', person_id, 'role_name', database_role, 'display_name', full_name,
                'financial_authority_limit', CASE WHEN is_active THEN approval_limit ELSE 0 END,
                'operational_status', CASE WHEN is_active THEN 'active' ELSE 'suspended' END)
            FROM public.erp_people WHERE database_role = $1
            """
        guard let found = try connection.query(sql, [role]).first?.text(0).flatMap(JSONValue.init) else {
            throw ToolError("\(role) is neither an agent nor a person; anyone stands for everybody")
        }
        return .known(Dictionary(found.members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
    }

    /// The faults of a condition, one a line; none when it is sound.
    func faults(_ ast: JSONValue, table: String, operation: String) throws -> [String] {
        let sql = "SELECT path, code, message FROM erp.rule_check($1::regclass, $2, $3::jsonb) WHERE severity = 'error'"
        return try connection.query(sql, [table, operation, ast.json]).rows.map {
            "\($0.text(1) ?? "") at \($0.text(0) ?? ""): \($0.text(2) ?? "")"
        }
    }

    /// What a condition compares with constants that are never reached, such as a misspelt word of a list.
    func impossibleValues(_ ast: JSONValue, table: String, operation: String) throws -> [String] {
        let sql = "SELECT message FROM erp.rule_check($1::regclass, $2, $3::jsonb) WHERE code = 'impossible_value'"
        return try connection.query(sql, [table, operation, ast.json]).rows.compactMap { $0.text(0) }
    }

    /// The verdict of the engine on a witness; an error of the rule is no verdict at all.
    func verdict(_ ast: JSONValue, _ witness: Witness, table: String) throws -> Result<Bool?, PostgresError> {
        let sql = "SELECT erp.rule_evaluate($1::jsonb, $2::jsonb, $3::jsonb, $4::regclass) ->> 'verdict'"
        do throws(PostgresError) {
            let text = try connection.query(sql, [ast.json, witness.record.json, witness.context.json, table])
            return .success(text.first?.text(0).map { $0 == "true" })
        } catch {
            return .failure(error)
        }
    }

    /// Whether the engine says of a witness what a question says of it.
    func confirms(_ query: Query, _ witness: Witness) throws -> Bool {
        for rule in query.passing + query.refusing {
            let passes: Bool
            switch try verdict(rule.ast, witness, table: query.table) {
            case .success(let verdict): passes = rule.passes(verdict)
            case .failure(let error):
                // What cannot be computed is refused; anything else says that the witness is none.
                guard error.sqlState.rawValue == "RP105" || error.sqlState.rawValue == "RP103" else { return false }
                passes = false
            }
            if passes == query.refusing.contains(rule) { return false }
        }
        for condition in query.conditions {
            guard case .success(true) = try verdict(condition.json, witness, table: query.table) else { return false }
        }
        return true
    }
}

// MARK: - Drafts

extension RuleStore {
    /// The rows of a table and whether a rule lets them pass, judged as they are.
    func judge(_ rule: Rule, limit: Int) throws -> [(record: JSONValue, passes: Bool)] {
        // The name is quoted by the server.
        let name = try connection.query("SELECT $1::regclass::text", [rule.table]).first?.text(0) ?? rule.table
        let rows = try connection.query("SELECT to_jsonb(t) FROM \(name) AS t ORDER BY 1 LIMIT \(limit)").rows
        let actor = try connection.query("SELECT erp.actor()").first?.text(0) ?? "null"
        let sql = """
            SELECT erp.rule_evaluate($1::jsonb, $2::jsonb,
                jsonb_build_object('tx', jsonb_build_object('operation', $4::text, 'now', erp.now(), 'user', session_user),
                    'agent', $5::jsonb, 'old', CASE WHEN $4 <> 'INSERT' THEN $2::jsonb END), $3::regclass) ->> 'verdict'
            """
        let operation = rule.operation == "*" ? "INSERT" : rule.operation
        return try rows.compactMap { row in
            guard let text = row.text(0), let record = JSONValue(text) else { return nil }
            do throws(PostgresError) {
                let verdict = try connection.query(sql, [rule.ast.json, text, rule.table, operation, actor]).first?
                    .text(0)
                return (record, rule.passes(verdict.map { $0 == "true" }))
            } catch {
                guard error.sqlState.rawValue.hasPrefix("RP10") else { throw error }
                return (record, false)
            }
        }
    }

    /// Stores a rule in mode shadow and returns its id.
    func insert(_ rule: Rule, message: String) throws -> String {
        let sql = """
            INSERT INTO public.erp_agent_constraints (rule_name, target_table, triggering_operation, logic_ast, polarity,
                on_unknown, violation_message, mode)
            VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, 'shadow') RETURNING constraint_id
            """
        let parameters = [
            rule.name, rule.table, rule.operation, rule.ast.json, rule.polarity.rawValue,
            rule.allowsUnknown ? "allow" : "reject", message,
        ]
        return try connection.query(sql, parameters).first?.text(0) ?? "?"
    }
}
