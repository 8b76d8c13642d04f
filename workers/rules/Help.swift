extension RulesProgram {
    static let help = """
        Usage: erp-rules check RULE
               erp-rules compare RULE --with FILE
               erp-rules ask QUESTION | --file FILE
               erp-rules compile WORDS --table TABLE [--name NAME] [--yes]

        Analyses the rules of a database with the solver z3. RULE is a constraint_id or rule_name.

          check     is it always true, never satisfiable, implied by another rule in force, in
                    contradiction with the others, or does it refuse what lies within the writer's limit
          compare   is the edit in FILE (a condition, or columns of the rule's row; - is standard
                    input) stricter, looser, equivalent or incomparable; a write for each difference
          ask       can a writer ever do a write that satisfies this? Answers no, yes with such a write,
                    or undecided with the reason:
                      can finance_agent INSERT erp_invoices with gross_total > 10000
                      {"agent": "finance_agent", "table": "erp_invoices", "operation": "INSERT",
                       "can": {">": [{"var": "gross_total"}, 10000]}}
                    anyone stands for every writer; FILE has one JSON question a line
          compile   a language model drafts the rule of these words; it is checked, shown with rows of
                    the table it accepts and refuses, and stored in mode shadow after confirmation

        Every write shown was judged by the database's own engine. The database is the one of PGHOST,
        PGPORT, PGDATABASE and PGUSER, as for psql. ERP_Z3 names the solver where it is not in PATH;
        ERP_MODEL names the model: provider:model, settings as JSON, or scripted:FILE. Its key is in
        ERP_MODEL_KEY or in the systemd credential of that name; docs/operations.md tells more.

        Exit status: 0 answered; 1 failed; 3 z3 is not installed; 4 not stored; 64 wrong arguments;
        66 unreadable file; 69 no database.

        """
}
