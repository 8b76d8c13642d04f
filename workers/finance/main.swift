internal import ErpModel
internal import ErpWorker

WorkerProgram(
    name: "erp-finance",
    role: "finance_agent",
    summary: "posts customer invoices and payments and reviews customer credit",
    policy: CataloguePolicy.finance
).run()
