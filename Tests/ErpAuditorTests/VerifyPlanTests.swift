import Testing

@testable import ErpAuditor

struct VerifyPlanTests {
    @Test("a small ledger is verified at once, every time")
    func small() {
        var plan = VerifyPlan()
        for _ in 0..<3 {
            #expect(plan.next { ([], 0) } == .everything)
            plan.took(.everything, milliseconds: VerifyPlan.quickMilliseconds)
            #expect(plan.endsPass)
        }
    }

    @Test("a large one is verified slice by slice, every part of it once a pass")
    func large() {
        var plan = VerifyPlan()
        _ = plan.next { ([], 0) }
        plan.took(.everything, milliseconds: VerifyPlan.quickMilliseconds + 1)
        for _ in 0..<2 {
            var slices: [VerifyPlan.Slice] = []
            repeat { slices.append(plan.next { (["a", "b"], 250_001) }) } while !plan.endsPass
            #expect(
                slices == [
                    .unsealed, .batches, .links, .rows(table: "a"), .rows(table: "b"), .chain(first: 1, last: 100_000),
                    .chain(first: 100_001, last: 200_000), .chain(first: 200_001, last: 250_001),
                ]
            )
        }
    }

    @Test("every slice has its statement")
    func statements() {
        let names = Set(VerifyPlan.statements.map(\.name))
        for slice in [.everything, .unsealed, .batches, .links, .rows(table: "a"), .chain(first: 1, last: 2)]
            as [VerifyPlan.Slice]
        {
            #expect(names.contains(slice.query.name))
        }
    }
}
