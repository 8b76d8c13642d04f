import Testing

@testable import ErpRules

@Suite struct DecisionTests {
    private static let catalogue = """
        [{"name": "public.parcels", "checks": ["(weight >= (0)::numeric)", "(carrier ~ 'x'::text)"], "columns": [
          {"name": "parcel_id", "base": "int4", "type": "number", "not_null": true},
          {"name": "weight", "base": "numeric", "type": "number", "precision": 9, "scale": 3, "not_null": false},
          {"name": "carrier", "base": "text", "type": "text", "not_null": true,
           "reference": {"table": "public.carriers", "column": "name", "certain": true}}]},
         {"name": "public.carriers", "columns": [
          {"name": "name", "base": "text", "type": "text", "not_null": true},
          {"name": "limit", "base": "numeric", "type": "number", "precision": 9, "scale": 3, "not_null": true}]}]
        """

    private func query(_ json: String) throws -> Query {
        var query = Query(table: "public.parcels", operation: .insert, writer: .known([:]))
        query.conditions = [RuleParser().parse(try #require(JSONValue(json)))]
        return query
    }

    private func analyst(_ answers: [String], confirms: Bool = true) throws -> Analyst {
        var remaining = answers[...]
        return Analyst(
            catalogue: try #require(Catalogue(DecisionTests.catalogue)),
            solve: { _ in remaining.popFirst() ?? "unknown" },
            verify: { _, _ in confirms }
        )
    }

    private func formula(_ json: String) throws -> (Formula, [String]) {
        let catalogue = try #require(Catalogue(DecisionTests.catalogue))
        let formula = Formula(
            catalogue: catalogue, table: try #require(catalogue.tables["public.parcels"]), operation: .insert,
            writer: .anyone)
        return (formula, try query(json).goals(in: formula))
    }

    private let light = #"{"<": [{"var": "weight"}, {"var": "carrier.limit"}]}"#

    @Test("only the question that leaves nothing out answers no")
    func impossible() throws {
        #expect(try analyst(["unsat", "unsat", "unsat"]).decide(query(light)) == .none)
        let answer = try analyst(["unsat", "unsat", "unknown"]).decide(query(light))
        #expect(answer == .undecided("the solver did not decide in 5 s"))
    }

    @Test("a witness that the engine does not confirm is none")
    func unconfirmed() throws {
        let model = "sat\n((v1 0.0))"
        let answer = try analyst([model, model, model], confirms: false).decide(query(#"{"soundex": [1]}"#))
        #expect(answer == .undecided("outside the decidable part: soundex"))
    }

    @Test("what the solver complains of is an error, not an answer")
    func complaint() throws {
        #expect(throws: RuleSyntaxError.self) {
            try analyst([#"(error "line 1")"#]).decide(query(light))
        }
    }

    @Test("a model is read with its scale, and the row the key leads to")
    func witness() throws {
        let (formula, _) = try formula(light)
        let values = formula.order.compactMap { formula.variables[$0] }.map { variable in
            let value =
                switch variable.form {
                case .scaled: "(- 2500)"
                case .text: "1.5"
                default: "7"
                }
            return "(\(variable.symbol) \(value)) (null false)" + (variable.notANumber == nil ? "" : " (nan false)")
        }
        let reader = try #require(WitnessReader(formula, SExpression.parse("(\(values.joined(separator: " ")))")))
        let witness = reader.witness()
        #expect(witness.record.json == #"{"weight": -2.5, "carrier": "other"}"#)
        #expect(witness.facts.json == #"{"carrier.limit": -2.5}"#)
    }

    @Test("a value that is not null leads to a row that is there")
    func reference() throws {
        let (formula, _) = try formula(light)
        let limit = try #require(formula.variables["carrier.limit"])
        #expect(limit.coded.null == "false")
        #expect(formula.variables["weight"]?.coded.null != "false")
    }

    @Test("a constraint that is understood is a fact, another is none")
    func checks() throws {
        let (formula, _) = try formula(light)
        #expect(formula.assertions.contains { $0.contains(formula.variables["weight"]?.notANumber ?? "-") })
        #expect(formula.abstractions.isEmpty)
    }

    @Test("what is outside the decidable part is told", arguments: ["like", "forall", "cat"])
    func abstraction(operation: String) throws {
        let (formula, _) = try formula(#"{"==": [{"\#(operation)": ["a"]}, null]}"#)
        #expect(formula.abstractions == [operation])
    }

    @Test("a product of columns is not linear, one with a constant is")
    func products() throws {
        #expect(try formula(#"{">": [{"*": [{"var": "weight"}, {"var": "weight"}]}, 1]}"#).0.isNonlinear)
        #expect(try !formula(#"{">": [{"*": [2, {"var": "weight"}, 3]}, 1]}"#).0.isNonlinear)
    }

    @Test(
        "numbers of the solver are exact or none",
        arguments: [("(/ 1.0 8.0)", "0.125"), ("(- (/ 3.0 2.0))", "-1.5"), ("5.0", "5"), ("(/ 1.0 3.0)", nil)])
    func numbers(printed: String, wanted: String?) {
        #expect(SExpression.parse(printed).first.flatMap(WitnessReader.decimal)?.text == wanted)
    }
}
