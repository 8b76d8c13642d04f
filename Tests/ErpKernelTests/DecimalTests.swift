import Testing

@testable import ErpKernel

/// Exact decimals; the expected results are PostgreSQL's numeric.
struct DecimalTests {
    private func number(_ text: String) throws -> Decimal {
        guard case .number(let number) = Decimal.parse(Array(text.utf8)) else { throw NotANumber() }
        return number
    }

    private struct NotANumber: Error {}

    private func text(_ number: Decimal?) -> String? { number.map { String(decoding: $0.text, as: UTF8.self) } }

    @Test(
        "division has numeric's result scale",
        arguments: [
            ("1", "3", "0.33333333333333333333"), ("2", "3", "0.66666666666666666667"),
            ("10", "4", "2.5000000000000000"),
            ("1.0000", "3", "0.33333333333333333333"), ("-7", "2", "-3.5000000000000000"),
            ("0", "3", "0.00000000000000000000"),
            ("100000000", "3", "33333333.333333333333"), ("64.9541", "0.000001", "64954100.000000000000"),
            ("1", "10000", "0.000100000000000000000000"), ("9999", "10001", "0.99980001999800019998"),
            ("99999999999999999999", "7", "14285714285714285714"),
        ])
    func division(_ left: String, _ right: String, _ quotient: String) throws {
        #expect(text(try number(left).divided(by: number(right))) == quotient)
    }

    @Test(
        "sums and products keep the scale",
        arguments: [
            ("0.1", "0.2", "0.3", "0.02"), ("1.10", "2", "3.10", "2.20"), ("-1", "1.0", "0.0", "-1.0"),
            ("10000000000", "0.0001", "10000000000.0001", "1000000.0000"),
        ])
    func sumAndProduct(_ left: String, _ right: String, _ sum: String, _ product: String) throws {
        #expect(text(try number(left).adding(number(right))) == sum)
        #expect(text(try number(left).multiplied(by: number(right))) == product)
    }

    @Test(
        "remainders have the dividend's sign",
        arguments: [
            ("7", "3", "1"), ("-7", "3", "-1"), ("7.5", "2", "1.5"), ("1", "0.3", "0.1"),
            ("99999999999999999999999999999999999999", "0.7", "0.3"),
        ])
    func remainder(_ left: String, _ right: String, _ rest: String) throws {
        #expect(text(try number(left).remainder(dividingBy: number(right))) == rest)
    }

    @Test("38 digits fit and 39 do not")
    func limit() throws {
        let most = try number(String(repeating: "9", count: 38))
        #expect(most.adding(try number("1")) == nil)
        #expect(most.multiplied(by: try number("10")) == nil)
        #expect(text(most.adding(try number("-1"))) == String(repeating: "9", count: 37) + "8")
        if case .tooLong = Decimal.parse(Array(("1" + String(repeating: "0", count: 38)).utf8)) {
        } else {
            Issue.record("39 digits")
        }
        if case .number = Decimal.parse(Array("0.5000000000000000000000000000000000000000".utf8)) {
        } else {
            Issue.record("zeros")
        }
    }

    @Test("order does not depend on the scale")
    func order() throws {
        #expect(try number("1.50").order(against: number("1.5")) == 0)
        #expect(try number("-2").order(against: number("-1.999")) == -1)
        #expect(
            try number("99999999999999999999999999999999999999").order(against: number("0.00000000000000000001")) == 1)
    }
}
