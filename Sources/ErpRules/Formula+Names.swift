extension Formula {
    /// The type of a name; nil when it takes the type of its neighbours, as JSON does.
    func type(of name: RuleName) -> ValueType? {
        switch name.root {
        case .agent: return ["id", "financial_authority_limit"].contains(name.path[0]) ? .number : .text
        case .tx:
            switch name.path[0] {
            case "now", "as_of": return .timestamptz
            case "today": return .date
            default: return .text
            }
        case .row, .new, .old:
            guard let column = catalogue.resolve(table.name, name.path)?.column, column.type != .json else {
                return nil
            }
            return column.type
        }
    }

    func code(_ name: RuleName, as type: ValueType) -> Coded {
        switch name.root {
        case .agent: return agent(name.path[0])
        case .tx: return transaction(name.path[0])
        case .row, .new, .old:
            let isOld = name.root == .old || (name.root == .row && operation == .delete)
            guard isOld ? operation != .insert : operation != .delete else {
                return Coded(value: SMT.zero(of: type), null: SMT.yes)
            }
            guard let (_, column, rest) = catalogue.resolve(table.name, name.path) else {
                return free(.name(name), type, name.written)
            }
            guard rest.isEmpty, column.type == type || (column.type == .json && type == .other) else {
                return free(.name(name), type, "json")
            }
            let key = (isOld ? "old." : "") + name.path.joined(separator: ".")
            if name.path.count > 1 { looked[name.written] = key }
            return cell(name.path, isOld)?.coded ?? free(.name(name), type, name.written)
        }
    }

    /// The variable of a column of the row or of a row that its keys lead to.
    func cell(_ path: [String], _ isOld: Bool) -> Variable? {
        let side = isOld ? "old." : ""
        let key = side + path.joined(separator: ".")
        if let variable = variables[key] { return variable }
        guard let column = catalogue.resolve(table.name, path)?.column else { return nil }
        let null: String
        if path.count == 1 {
            null = column.isNotNull ? SMT.no : declare("null", "Bool")
        } else {
            let parent = Array(path.dropLast())
            guard let link = cell(parent, isOld),
                let reference = catalogue.resolve(table.name, parent)?.column.reference
            else { return nil }
            rows[side + parent.joined(separator: ".")] = (reference, link.coded)
            if column.isNotNull, reference.isCertain {
                null = link.coded.null
            } else {
                null = declare("null", "Bool")
                assertions.append(SMT.implies(link.coded.null, null))
            }
        }
        return add(key, column, null)
    }

    private func add(_ name: String, _ column: Column, _ null: String) -> Variable {
        let variable: Variable
        switch column.type {
        case .number: variable = number(name, column, null)
        case .text, .uuid:
            let symbol = declare("v", "Real")
            let form = column.type == .uuid ? Variable.Form.uuid : .text(maximumLength: column.maximumLength)
            variable = Variable(
                name: name, form: form, symbol: symbol, notANumber: nil, coded: Coded(value: symbol, null: null))
            if !column.labels.isEmpty {
                assertions.append(SMT.or([null] + column.labels.map { SMT.equal(symbol, text($0)) }))
            }
        case .boolean: variable = plain(name, .boolean, "Bool", null)
        case .date: variable = plain(name, .day, "Int", null)
        case .timestamp: variable = plain(name, .moment(zoned: false), "Int", null)
        case .timestamptz: variable = plain(name, .moment(zoned: true), "Int", null)
        case .json, .duration, .other: variable = plain(name, .opaque, "Int", null)
        }
        return remember(variable)
    }

    func plain(_ name: String, _ form: Variable.Form, _ sort: String, _ null: String) -> Variable {
        let symbol = declare("v", sort)
        switch form {
        case .day: preferences.append("(< 18000 \(symbol) 22000)")
        case .moment: preferences.append("(< 1577836800000000 \(symbol) 1893456000000000)")
        default: break
        }
        return Variable(
            name: name, form: form, symbol: symbol, notANumber: nil, coded: Coded(value: symbol, null: null))
    }

    func remember(_ variable: Variable) -> Variable {
        variables[variable.name] = variable
        order.append(variable.name)
        return variable
    }

    private func number(_ name: String, _ column: Column, _ null: String) -> Variable {
        let isWhole = column.isInteger
        let scale = column.digits?.scale
        let symbol = declare("v", isWhole || (scale != nil && !isRelaxed) ? "Int" : "Real")
        var form = Variable.Form.real
        var value = symbol
        if isWhole {
            form = .whole
            value = define("Real", "(to_real \(symbol))")
        } else if let scale, !isRelaxed {
            form = .scaled(scale)
            let term = "(/ (to_real \(symbol)) \(SMT.power(scale)))"
            value = scale == 0 ? define("Real", "(to_real \(symbol))") : define("Real", term, always: true)
        }
        let notANumber = isWhole ? nil : declare("nan", "Bool")
        if let notANumber { exotic.append(notANumber) }
        if let digits = column.digits {
            let limit = isWhole ? Formula.limit(of: digits) : SMT.power(digits.whole)
            assertions.append("(and (< (- \(limit)) \(value)) (< \(value) \(limit)))")
        }
        preferences.append("(<= \(isWhole ? "1.0" : "0.0") \(value) 1000000.0)")
        let error = notANumber.map { SMT.and([$0, SMT.not(null)]) } ?? SMT.no
        return Variable(
            name: name, form: form, symbol: symbol, notANumber: notANumber,
            coded: Coded(value: value, null: null, error: define("Bool", error), digits: column.digits))
    }

    /// One more than the largest value of an integer type, on either side.
    private static func limit(of digits: Digits) -> String {
        switch digits.whole {
        case 5: "32769.0"
        case 10: "2147483649.0"
        default: "9223372036854775809.0"
        }
    }
}

// MARK: - Who writes, and when

extension Formula {
    private static let attributes = [
        "kind", "id", "role_name", "display_name", "financial_authority_limit", "operational_status",
    ]

    func agent(_ attribute: String) -> Coded {
        let isNumber = ["id", "financial_authority_limit"].contains(attribute)
        if case .known(let attributes) = writer {
            switch attributes[attribute] ?? .null {
            case .number(let digits):
                guard let decimal = Decimal(digits) else { break }
                return Coded(value: decimal.real, digits: decimal.digits)
            case .string(let value): return Coded(value: text(value))
            default: break
            }
            return Coded(value: isNumber ? "0.0" : text(""), null: SMT.yes)
        }
        if variables["agent.kind"] == nil { declareAnyone() }
        return variables["agent.\(attribute)"]?.coded ?? Coded(value: text(""), null: SMT.yes)
    }

    /// An agent, a person, somebody who breaks glass (known by name only), or nobody the rules know.
    private func declareAnyone() {
        let nobody = declare("null", "Bool")
        let kind = remember(plain("agent.kind", .text(maximumLength: nil), "Real", nobody)).coded.value
        let glass = SMT.equal(kind, text("break_glass"))
        assertions.append(SMT.or([SMT.equal(kind, text("agent")), SMT.equal(kind, text("person")), glass]))
        for attribute in Formula.attributes.dropFirst() {
            let unknown = attribute == "role_name" ? nobody : define("Bool", SMT.or([nobody, glass]))
            let form: Variable.Form =
                switch attribute {
                case "id": .whole
                case "financial_authority_limit": isRelaxed ? .real : .scaled(4)
                default: .text(maximumLength: nil)
                }
            var symbol = declare("v", form == .whole || form == .scaled(4) ? "Int" : "Real")
            let asked = symbol
            var digits: Digits?
            switch form {
            case .whole, .scaled, .real:
                if form != .real {
                    symbol = define("Real", "(/ (to_real \(symbol)) \(form == .whole ? "1.0" : "10000.0"))")
                }
                digits = Digits(whole: form == .whole ? 19 : 15, scale: form == .whole ? 0 : 4)
                assertions.append("(and (<= 0.0 \(symbol)) (< \(symbol) \(SMT.power(15))))")
            default: break
            }
            _ = remember(
                Variable(
                    name: "agent.\(attribute)", form: form, symbol: asked, notANumber: nil,
                    coded: Coded(value: symbol, null: unknown, digits: digits)))
        }
        let status = variables["agent.operational_status"]?.coded.value ?? text("active")
        let states = ["active", "sleeping", "suspended", "terminated"]
        assertions.append(SMT.or(states.map { SMT.equal(status, text($0)) }))
    }

    func transaction(_ attribute: String) -> Coded {
        if attribute == "operation" { return Coded(value: text(operation.rawValue)) }
        if attribute == "now" || attribute == "as_of" {
            return (variables["tx.now"] ?? remember(plain("tx.now", .moment(zoned: true), "Int", SMT.no))).coded
        }
        if attribute == "today" {
            if let known = variables["tx.today"] { return known.coded }
            let now = transaction("now").value
            let today = remember(plain("tx.today", .day, "Int", SMT.no)).coded
            let apart = "(- (* \(today.value) \(Moments.microsecondsOfDay)) \(now))"
            let twoDays = 2 * Moments.microsecondsOfDay
            assertions.append("(and (< (- \(twoDays)) \(apart)) (< \(apart) \(twoDays)))")
            return today
        }
        let name = "tx.\(attribute)"
        return (variables[name] ?? remember(plain(name, .text(maximumLength: 63), "Real", SMT.no))).coded
    }
}
