#!/usr/bin/env bash
# The analysis of rules with z3 against a real database: policy questions with committed answers, mutants of the seeded rules,
# the rule whose limit decides the wrong way, and a rule drafted from words.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"

command -v z3 >/dev/null || skip "z3 is not installed"
cd "$ROOT"
ERP_CRON=off throwaway analysis
"$ROOT/scripts/db.sh" >/dev/null
rules() { "$BIN_DIR/erp-rules" "$@"; }
run_sql() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
store() { run_sql -c "INSERT INTO erp_agent_constraints (rule_name, target_table, logic_ast, violation_message) VALUES ('$1', '$2', '$3', '$1')"; }

# -- What docs/analysis.md shows; of a write only that there is one
told() { awk -v command="\$ erp-rules $1" '/^```/ || /^$/ { on = 0 } on { print } index($0, command) == 1 { on = 1 }' docs/analysis.md; }
documented() {
    local arguments=$1
    shift
    is "docs/analysis.md tells what $arguments says" "$(rules "$@" | sed 's/ {.*//')" "$(told "$arguments" | sed 's/ {.*//')"
}
for question in "can sales_agent UPDATE erp_sales_orders with order_status = 'confirmed' AND old.order_status = 'draft' AND total_base_value > 25000" \
    "can sales_agent UPDATE erp_customers with maximum_credit_limit > 25000"; do
    documented "ask \"$question\"" ask "$question"
done
documented "check sales_authority" check sales_authority
store inverted_authority erp_sales_orders '{"implies": [{"==": [{"var": "order_status"}, "confirmed"]}, {"<=": [{"var": "agent.financial_authority_limit"}, {"var": "total_invoice_value"}]}]}'
documented "check inverted_authority" check inverted_authority
run_sql -c "DELETE FROM erp_agent_constraints WHERE NOT protected"
sed -n 's/^\$ erp-rules compare .* # //p' docs/analysis.md >"$ERP_DIR/edit.json"
documented "compare cold_chain --with edit.json" compare cold_chain --with "$ERP_DIR/edit.json"

# -- Policy questions
run_sql -f Tests/e2e/analysis_rules.sql
questions=Tests/e2e/policy_questions.jsonl
rules ask --file "$questions" >"$ERP_DIR/answers"
python3 - "$questions" "$ERP_DIR/answers" >"$ERP_DIR/verdicts" <<'PY'
import json
import sys

for line, answer in zip(open(sys.argv[1]), open(sys.argv[2])):
    question = json.loads(line)
    word = answer.split(":")[0].strip()
    verdict = "right" if word == question["answer"] else "undecided" if word == "undecided" else "wrong"
    print(verdict, question["question"], answer.strip()[:300], sep="\t")
PY
is "every question has an answer" "$(wc -l <"$ERP_DIR/verdicts")" "$(wc -l <"$questions")"
is "no answer is wrong" "$(grep '^wrong' "$ERP_DIR/verdicts")" ""
undecided=$(grep -c '^undecided' "$ERP_DIR/verdicts" || true)
check "at least 95 of 100 are decided ($undecided of $(wc -l <"$questions") are not)" \
    [ $((undecided * 20)) -le "$(wc -l <"$questions")" ]

# -- Random conditions, each pinned to one row: what the solver says of it is what the engine says
PGUSER=postgres run_sql <<'SQL'
CREATE TABLE public.analysis_probe (
    id int PRIMARY KEY, a numeric(9,2), b int, c numeric(9,2), s text, t text, d date, e date, f boolean, g boolean);
GRANT SELECT ON public.analysis_probe TO PUBLIC;
SQL
probe() { python3 Tests/support/analysis_probe.py "${SEED_OF_PROBE:-1}" "${COUNT_OF_PROBE:-120}" "$@"; }
probe cases >"$ERP_DIR/cases"
run_sql -v cases="$(cat "$ERP_DIR/cases")" >"$ERP_DIR/real" <<'SQL'
SELECT set_config('analysis.cases', :'cases', false) \gset
CREATE FUNCTION pg_temp.judge(doc jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN coalesce(erp.rule_evaluate(doc -> 'ast', doc -> 'row', '{}', 'public.analysis_probe') ->> 'verdict', 'unknown');
EXCEPTION
    WHEN OTHERS THEN
        RETURN SQLSTATE;
END
$$;
SELECT pg_temp.judge(line::jsonb)
FROM string_to_table(current_setting('analysis.cases'), E'\n') WITH ORDINALITY AS c (line, n)
ORDER BY n;
SQL
probe "$ERP_DIR/real" >"$ERP_DIR/asked"
rules ask --file "$ERP_DIR/asked" | sed 's/: .*//' >"$ERP_DIR/said"
awk '/^true$/ { print "yes"; print "no" } /^false$/ { print "no"; print "yes" } /^(unknown|RP105)$/ { print "no"; print "no" }' \
    "$ERP_DIR/real" >"$ERP_DIR/meant"
paste -d: "$ERP_DIR/said" "$ERP_DIR/meant" >"$ERP_DIR/both"
asked=$(wc -l <"$ERP_DIR/both")
is "the solver and the engine agree on $asked questions" "$(grep -nvE '^(yes:yes|no:no|undecided:.+)$' "$ERP_DIR/both")" ""
check "there are at least 100" [ "$asked" -ge 100 ]
# On a busy machine a product of columns may take longer than the solver has.
check "at least 95 of 100 are decided" [ $(($(grep -c '^undecided' "$ERP_DIR/both") * 20)) -le "$asked" ]

# -- Sentences, and what is refused
answers() { is "$1" "$(rules ask "$2" 2>&1 | sed 's/: .*//')" "$3"; }
answers "a sentence is a question too" "can sales_agent INSERT erp_customers with maximum_credit_limit > 25000" no
answers "its witness is found" "can sales_agent INSERT erp_customers with maximum_credit_limit = 25000" yes
answers "anyone includes who has rules of its own" \
    "can anyone INSERT erp_invoices with agent.role_name = 'finance_agent' and gross_total > 50000" no
answers "and who has none" "can anyone INSERT erp_invoices with gross_total > 50000" yes
is "a misspelt column is told" "$(rules ask "can sales_agent INSERT erp_customers with maximum_credit > 1" 2>&1 | grep -c RP102)" 1
misspelt="can sales_agent UPDATE erp_sales_orders with order_status = 'confirmd'"
is "a misspelt word is told, with the nearest one" \
    "$(rules ask "$misspelt" 2>&1 | grep -c "order_status is never 'confirmd': it is one of .*; did you mean 'confirmed'?")" 1
is "beside the answer" "$(rules ask "$misspelt" 2>"$ERP_DIR/told")" no
is "a word that is none of a column's own is not" "$(rules ask "${misspelt/confirmd/confirmed}" 2>&1 | grep -c warning || true)" 0
is "a misspelt agent is told" "$(rules ask "can sale_agent INSERT erp_customers" 2>&1 | grep -c 'neither an agent nor a person')" 1
status=0
ERP_Z3=/nowhere rules check cold_chain >/dev/null 2>"$ERP_DIR/told" || status=$?
is "without z3 it says so" "$status $(grep -c 'z3 is not installed' "$ERP_DIR/told")" "3 1"

# -- Checks
found() { is "$1" "$(rules check "$2" | grep -cF -- "- $3")" 1; }
for rule in credit_limit cold_chain sales_authority purchase_authority discount_limit order_discount_limit limit_authority; do
    found "$rule is sound" "$rule" "sound"
done
store inverted_authority erp_sales_orders '{"implies": [{"==": [{"var": "order_status"}, "confirmed"]}, {"<=": [{"var": "agent.financial_authority_limit"}, {"var": "total_invoice_value"}]}]}'
found "the inverted limit is found" inverted_authority "refuses every write within the actor's authority"
store upright_authority erp_sales_orders '{"implies": [{"==": [{"var": "order_status"}, "confirmed"]}, {">=": [{"var": "agent.financial_authority_limit"}, {"var": "total_invoice_value"}]}]}'
is "the upright limit is not" "$(rules check upright_authority | grep -c "within the actor's authority" || true)" 0
store always erp_warehouses '{"or": [{"var": "is_active"}, {"!": [{"var": "is_active"}]}]}'
found "a tautology of a column that is never null is found" always "always true"
store sometimes erp_sales_orders '{"or": [{"<": [{"var": "held_at"}, "2026-01-01T00:00:00Z"]}, {">=": [{"var": "held_at"}, "2026-01-01T00:00:00Z"]}]}'
is "one of a column that may be null is none" "$(rules check sometimes | grep -c 'always true' || true)" 0
store never erp_products '{"and": [{">": [{"var": "standard_sale_price"}, 10]}, {"<": [{"var": "standard_sale_price"}, 10]}]}'
found "what nothing satisfies is found" never "never satisfiable"
store weak erp_inventory '{">=": [{"var": "quantity_on_hand"}, 10]}'
store strong erp_inventory '{">": [{"var": "quantity_on_hand"}, 20]}'
found "a rule that another implies is found" weak "implied by strong"
is "the other one is not" "$(rules check strong | grep -c 'implied by' || true)" 0
store opposite erp_inventory '{"<": [{"var": "quantity_on_hand"}, 15]}'
found "a contradiction is found" opposite "in contradiction with strong: no INSERT passes"
run_sql -c "DELETE FROM erp_agent_constraints WHERE NOT protected"

# -- Mutants: what the edit does, and a write for each difference
original() { run_sql -c "SELECT logic_ast FROM erp_agent_constraints WHERE rule_name = '$1'"; }
while IFS='|' read -r rule change from to; do
    original "$rule" | python3 -c 'import sys; text = sys.stdin.read(); assert sys.argv[1] in text, text; print(text.replace(sys.argv[1], sys.argv[2], 1))' \
        "$from" "$to" >"$ERP_DIR/mutant"
    case $change in equivalent) differences=0 ;; incomparable) differences=2 ;; *) differences=1 ;; esac
    is "$rule with $to is $change" "$(rules compare "$rule" --with "$ERP_DIR/mutant" | awk 'NR == 1 { print } NR > 1 { n++ } END { print n + 0 }' |
        paste -sd' ')" "$change $differences"
done <Tests/e2e/rule_mutants.txt
is "the other polarity is incomparable" "$(rules compare cold_chain --with - <<<'{"polarity": "forbid"}' | head -n 1)" incomparable
is "letting the unknown pass is looser where something can" "$(rules compare sales_authority --with - <<<'{"on_unknown": "allow"}' | head -n 1)" looser
is "letting the unknown pass changes nothing where nothing can be null" "$(rules compare credit_limit --with - <<<'{"on_unknown": "allow"}' | head -n 1)" equivalent
is "fewer operations are looser" "$(rules compare cold_chain --with - <<<'{"triggering_operation": "INSERT"}' | head -n 1)" looser
status=0
rules compare cold_chain --with "$ERP_DIR/nofile" >/dev/null 2>"$ERP_DIR/told" || status=$?
is "an edit that is no file is told as such" "$status $(cat "$ERP_DIR/told")" "66 erp-rules: $ERP_DIR/nofile cannot be read"
status=0
rules compare cold_chain --with - <<<"no JSON" >/dev/null 2>"$ERP_DIR/told" || status=$?
is "and one that is no JSON" "$status $(cat "$ERP_DIR/told")" "66 erp-rules: - holds no JSON"

# -- From words to a rule
cat >"$ERP_DIR/model" <<'JSON'
{"rule_name": "below_market", "logic_ast": {">": [{"var": "standard_sale_prise"}, 1]}, "violation_message": "x"}
{"rule_name": "dear_and_cold", "polarity": "forbid", "logic_ast": {"and": [{"var": "requires_refrigeration"}, {">": [{"var": "standard_sale_price"}, {"*": [{"var": "standard_unit_cost"}, 1.45]}]}]}, "violation_message": "cold goods are sold at 45 % above cost at most"}
JSON
compiled() { ERP_MODEL=scripted:$ERP_DIR/model rules compile "cold goods at most 45 % above cost" --table erp_products --name "$@"; }
status=0
compiled dear_and_cold <<<no >"$ERP_DIR/compiled" || status=$?
is "nothing is stored unless confirmed" "$status $(run_sql -c "SELECT count(*) FROM erp_agent_constraints WHERE rule_name = 'dear_and_cold'")" "4 0"
is "the draft is corrected from the checker's errors" "$(grep -c 'draft 1 is no rule: RP102' "$ERP_DIR/compiled")" 1
is "rows of the table show what it means" "$(grep -cE '^(accepts|refuses) [1-9][0-9]* of' "$ERP_DIR/compiled")" 2
is "three of each" "$(grep -cE '^  \{' "$ERP_DIR/compiled")" 6
is "a counterexample is shown" "$(grep -c '^a write it would refuse: INSERT {' "$ERP_DIR/compiled")" 1
check "it is stored after confirmation" compiled dear_and_cold --yes
is "in mode shadow" "$(run_sql -c "SELECT mode, polarity FROM erp_agent_constraints WHERE rule_name = 'dear_and_cold'")" "shadow|forbid"
is "a model that stays wrong stores nothing" "$(head -n 1 "$ERP_DIR/model" | sed 'p' >"$ERP_DIR/wrong"
    ERP_MODEL=scripted:$ERP_DIR/wrong rules compile x --table erp_products --yes >/dev/null 2>&1 || echo $?)" 4

# -- The same through a server, in the protocols of both providers
mkfifo "$ERP_DIR/input"
python3 Tests/support/fake_model.py --replies "$ERP_DIR/model" <"$ERP_DIR/input" >"$ERP_DIR/port" &
exec 8>"$ERP_DIR/input"
until [ -s "$ERP_DIR/port" ]; do kill -0 $! && sleep 0.05; done
for provider in anthropic openai; do
    status=0
    ERP_MODEL=$provider:m ERP_MODEL_KEY=sk-4711 ERP_MODEL_URL=http://127.0.0.1:$(cat "$ERP_DIR/port")/replies rules compile \
        "cold goods at most 45 % above cost" --table erp_products --name "by_$provider" --yes >"$ERP_DIR/compiled" 2>&1 || status=$?
    is "a draft of $provider is corrected and stored" "$status $(grep -c 'draft 1 is no rule: RP102' "$ERP_DIR/compiled") $(run_sql -c "
        SELECT mode, polarity FROM erp_agent_constraints WHERE rule_name = 'by_$provider'")" "0 1 shadow|forbid"
    is "who drafted it and what it took is told" "$(grep -cE '^draft [12] by fake-model: 100 tokens in, 20 out, request req_fake$' "$ERP_DIR/compiled")" 2
done
is "a server that fails stores nothing" "$(ERP_MODEL=openai:m ERP_MODEL_KEY=sk-4711 ERP_MODEL_URL=http://127.0.0.1:$(cat "$ERP_DIR/port")/leak \
    rules compile x --table erp_products --yes 2>&1)" "erp-rules: the model gave no rule: HTTP 401: this key is wrong: Bearer … next line"
exec 8>&-

is "without a model it says so" "$(ERP_MODEL='' rules compile x --table erp_products 2>&1 | grep -c 'no language model is configured')" 1
finish
