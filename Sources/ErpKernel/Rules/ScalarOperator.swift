// Operators of texts, numbers, dates and casts: how they are written.

extension Operator {
    var isScalar: Bool { rawValue >= Operator.cat.rawValue && rawValue <= Operator.asUUID.rawValue }

    var scalarFamily: Family {
        switch self {
        case .startsWith, .endsWith, .contains, .isPart, .like, .matches, .truthy, .isElement, .dateEqual,
            .dateNotEqual, .momentEqual, .momentNotEqual:
            .comparison
        default: .arithmetic
        }
    }

    var scalarArity: (Int, Int) {
        switch self {
        case .cat: (2, Int.max)
        case .substring: (2, 3)
        case .round, .roundEven: (1, 3)
        case .startsWith, .endsWith, .contains, .isPart, .isElement, .like, .matches, .dateEqual, .dateNotEqual,
            .momentEqual, .momentNotEqual, .plusDuration, .minusDuration, .minusDate, .daysBetween, .truncate:
            (2, 2)
        case .dateAdd, .momentAdd: (3, 3)
        case .now, .today: (0, 0)
        case .startOfToday: (0, 1)
        case .asDate: (1, 2)
        default: (1, 1)
        }
    }

    /// Needs something of the caller: an answer, or room.
    var asksCaller: Bool {
        switch self {
        case .like, .matches, .asDate, .cat, .lower, .upper, .elements, .isElement: true
        default: false
        }
    }

    /// Written `a op b`.
    var isScalarInfix: Bool {
        switch self {
        case .isPart, .isElement, .like, .matches, .plusDuration, .minusDuration, .minusDate: true
        default: false
        }
    }

    var scalarSpelling: StaticString {
        switch self {
        case .isPart, .isElement: "in"
        case .elements: "length"
        case .matches: "~"
        case .plusDuration: "+"
        case .minusDuration, .minusDate: "-"
        case .roundEven: "round"
        case .startOfToday: "start_of_day"
        default: Operator.ownScalarSpelling(self)
        }
    }

    /// The first spelling that is accepted.
    private static func ownScalarSpelling(_ op: Operator) -> StaticString {
        var index = 0
        while let (spelling, found) = scalar(index) {
            if found == op { return spelling }
            index &+= 1
        }
        return ""
    }

    static func scalar(_ index: Int) -> (StaticString, Operator)? {
        if index < 29 { return textOrNumber(index) }
        return index < 38 ? comparison(index &- 29) : calendarOrCast(index &- 38)
    }

    private static func textOrNumber(_ index: Int) -> (StaticString, Operator)? {
        switch index {
        case 0: ("cat", .cat)
        case 1: ("substr", .substring)
        case 2: ("length", .length)
        case 3: ("strlen", .length)
        case 4: ("lower", .lower)
        case 5: ("toLowerCase", .lower)
        case 6: ("upper", .upper)
        case 7: ("toUpperCase", .upper)
        case 8: ("trim", .trim)
        case 9: ("startsWith", .startsWith)
        case 10: ("endsWith", .endsWith)
        case 11: ("contains", .contains)
        case 12: ("like", .like)
        case 13: ("regexTest", .matches)
        case 14: ("neg", .negate)
        case 15: ("floor", .floor)
        case 16: ("ceil", .ceiling)
        case 17: ("round", .round)
        case 18: ("!!", .truthy)
        case 19: ("date==", .dateEqual)
        case 20: ("date!=", .dateNotEqual)
        case 21: ("datetime==", .momentEqual)
        case 22: ("datetime!=", .momentNotEqual)
        case 23: ("year", .year)
        case 24: ("month", .month)
        case 25: ("day", .day)
        case 26: ("day_of_month", .day)
        case 27: ("weekday", .weekday)
        default: ("duration", .duration)
        }
    }

    private static func comparison(_ index: Int) -> (StaticString, Operator)? {
        switch index {
        case 0: ("eq", .equal)
        case 1: ("ne", .notEqual)
        case 2: ("lt", .less)
        case 3: ("le", .lessOrEqual)
        case 4: ("gt", .greater)
        case 5: ("ge", .greaterOrEqual)
        case 6: ("?:", .ifElse)
        case 7: ("now", .now)
        default: ("today", .today)
        }
    }

    private static func calendarOrCast(_ index: Int) -> (StaticString, Operator)? {
        switch index {
        case 0: ("start_of_today", .startOfToday)
        case 1: ("days_between", .daysBetween)
        case 2: ("date_add", .dateAdd)
        case 3: ("datetime_add", .momentAdd)
        case 4: ("datetime_truncate", .truncate)
        case 5: ("date", .asDate)
        case 6: ("timestamp", .asTimestamp)
        case 7: ("timestamptz", .asTimestamptz)
        case 8: ("number", .asNumber)
        case 9: ("decimal", .asNumber)
        case 10: ("text", .asText)
        case 11: ("boolean", .asBoolean)
        case 12: ("uuid", .asUUID)
        default: nil
        }
    }

    /// What to write instead of an operator that other dialects know and this language refuses.
    static func instead(of name: [UInt8]) -> StaticString? {
        if name.equals("query") { return "stored SQL text is never run; use exists, count or lookup" }
        if name.equals("log") { return "judging has no side effects; rule_evaluate shows the trace" }
        if name.equals("try") || name.equals("throw") { return "guard it with a test: and, or, if, coalesce" }
        if name.equals("preserve") { return "write the value itself, or {\"literal\": …}" }
        if name.equals("missing") || name.equals("missing_some") { return "use is_null" }
        if name.equals("sort") { return "use min or max" }
        if name.equals("slice") { return "use substr of a text, filter of a list" }
        if name.equals("merge") { return "write one list, or test each with or" }
        return name.equals("method") ? "use the operator itself" : nil
    }
}
