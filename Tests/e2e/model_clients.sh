#!/usr/bin/env bash
# The model clients and the fake server of the tests against the providers' own Python libraries, and erp-model as docs/operations.md
# tells it. Where PyPI cannot be reached the requests, which `swift test` compares with the clients', stay as they were last checked.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
cd "$ROOT"
VENV=$ROOT/.build/model-venv
LIBRARIES=(anthropic==2.12.0 openai==3.54.0)
work=$(mktemp -d)
trap 'exec 8>&-; rm -rf "$work"' EXIT
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY CREDENTIALS_DIRECTORY ERP_MODEL_KEY ERP_MODEL_URL

libraries() {
    [ "$(cat "$VENV/libraries" 2>/dev/null)" = "${LIBRARIES[*]}" ] && return
    python3 -m venv "$VENV" && timeout 60 "$VENV/bin/pip" install -q --disable-pip-version-check --retries 0 "${LIBRARIES[@]}" &&
        echo "${LIBRARIES[*]}" >"$VENV/libraries"
}

# The server ends when descriptor 8 closes.
mkfifo "$work/input"
python3 Tests/support/fake_model.py --keep --log "$work/log" <"$work/input" >"$work/port" &
exec 8>"$work/input"
until [ -s "$work/port" ]; do kill -0 $! && sleep 0.05; done
server=http://127.0.0.1:$(cat "$work/port")

# -- erp-model: settings, key and a test call
model() { env "$@" "$BIN_DIR/erp-model" check 2>&1; }
status() { "$@" >/dev/null 2>&1 && echo 0 || echo $?; }
is "a model that calls tools passes" "$(model ERP_MODEL=anthropic:claude-x ERP_MODEL_URL="$server/tool" ERP_MODEL_KEY=sk-4711 | sed 's/in [0-9]* ms/in _ ms/')" \
    "anthropic claude-x at $server/tool
  fake-model answered in _ ms: 100 tokens in, 20 out, attempts 1, request req_fake
  called the tool with {\"number\": 7}"
is "one that does not fails" "$(status model ERP_MODEL=compatible:m ERP_MODEL_URL="$server/flaky.0.500")" 1
mkdir "$work/credentials"
echo sk-credential >"$work/credentials/ERP_MODEL_KEY"
check "the key is a systemd credential" model ERP_MODEL=openai:gpt-x ERP_MODEL_URL="$server/tool" CREDENTIALS_DIRECTORY="$work/credentials"
is "and reaches the server" "$(grep -c 'Bearer sk-credential' "$work/log")" 1
is "without a key nothing is sent" "$(status model ERP_MODEL=anthropic:m ERP_MODEL_URL="$server/tool--nokey") $(grep -c 'tool--nokey' "$work/log" || true)" "78 0"
is "nor without encryption to another machine" "$(model ERP_MODEL=anthropic:m ERP_MODEL_URL=http://192.0.2.1 ERP_MODEL_KEY=k || true)" \
    "erp-model: http://192.0.2.1 is not encrypted: use https, http is for this machine alone"
chain() { model ERP_MODEL='{"provider":"compatible","model":"a","url":"'"$server"'/fail.404","fallback":[{"provider":"compatible","model":"b","url":"'"$server"'/tool"}]}'; }
is "every model of a chain is asked" "$(chain | grep -cE '^compatible|rejected: HTTP 404: the fake server fails, request req_fake|called the tool') $(status chain)" "4 1"
is "a proxy is never asked about this machine" "$(status model http_proxy=http://192.0.2.1:9 all_proxy=http://192.0.2.1:9 ERP_MODEL=compatible:m ERP_MODEL_URL="$server/tool")" 0
is "a text is embedded" "$(ERP_MODEL=compatible:m ERP_MODEL_URL=$server/vectors "$BIN_DIR/erp-model" embed text | cut -d: -f1)" "8 numbers, 3 tokens in"
is "what the model says stands alone" "$(ERP_MODEL=compatible:m ERP_MODEL_URL=$server/flaky.0.500 "$BIN_DIR/erp-model" ask hello 2>/dev/null)" pong

# -- The providers' own types
if ! libraries >"$work/pip" 2>&1; then
    echo "SKIPPED the providers' libraries cannot be installed; the requests stay as they were last checked"
    finish
    exit
fi
for what in "requests Tests/vectors/model_requests.jsonl" "log $work/log" "replies $server"; do
    # shellcheck disable=SC2086  # two words
    check "the providers' libraries accept ${what%% *}" "$VENV/bin/python" Tests/support/model_types.py $what
done
finish
