internal import ErpModel

extension CataloguePolicy {
    /// Finance without a model: each of its events is one tool call.
    static let finance = CataloguePolicy(outcomes: [
        "INVOICE_CUSTOMER": "invoiced",
        "PAYMENT_RECEIVED": "payment_recorded",
        "CREDIT_REVIEW": "credit_reviewed",
    ])
}
