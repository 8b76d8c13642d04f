internal import ErpWorker

WorkerProgram(
    name: "erp-sales",
    role: "sales_agent",
    summary: "turns ORDER_NEGOTIATION events into confirmed or held sales orders",
    policy: SalesPolicy()
).run()
