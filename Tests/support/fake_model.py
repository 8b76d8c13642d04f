"""A model's server for tests, on loopback only: Anthropic's Messages, OpenAI's chat completions and embeddings.

The first part of a request's path says how the server behaves; `--word` behind it sets one caller's requests apart:

    stream.NAME        Tests/vectors/model_streams/NAME.sse, in one piece
    dribble.NAME       the same in pieces of seven bytes
    flaky.N.STATUS     fails N times with the status, then says "pong"
    wait.HEADER.VALUE  fails once with 429 and the header, then says "pong"
    fail.STATUS        always fails with the status
    replies            the texts of --replies, the first to a conversation's first question, the second to its second
    tool               calls the first tool offered with {"number": 7}
    leak               401, with the key in the message
    redirect           307 to /stream.openai_text
    cut.NAME           half the stream, then the connection ends
    stall.NAME         half the stream, then nothing
    silent             nothing at all
    endless            text without end
    big                one event of ten megabytes
    garbage            a stream of no events
    empty              a stream of nothing
    page               200, but a page
    vectors            embeddings, in reversed order

It prints its port, writes each request as a line of JSON to --log, and ends with its standard input; the log goes with it
unless --keep is given.
"""
import argparse
import hashlib
import http.server
import json
import os
import pathlib
import ssl
import sys
import threading

STREAMS = pathlib.Path(__file__).parent.parent / "vectors" / "model_streams"
ERROR_TYPES = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error", 529: "overloaded_error"}


def line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def spoken(is_anthropic, text):
    """The events of a reply that says one text, in two deltas."""
    halves = (text[: len(text) // 2], text[len(text) // 2 :])
    if is_anthropic:
        usage = {"input_tokens": 100, "output_tokens": 1}
        message = {
            "id": "msg_fake", "type": "message", "role": "assistant", "model": "fake-model", "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": usage,
        }
        block = {"type": "text", "text": ""}
        events = [{"type": "message_start", "message": message}, {"type": "content_block_start", "index": 0, "content_block": block}]
        events += [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": half}} for half in halves]
        events.append({"type": "content_block_stop", "index": 0})
        events.append({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 20}})
        events.append({"type": "message_stop"})
        return "".join(f"event: {event['type']}\ndata: {line(event)}\n\n" for event in events)
    frame = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1763740800, "model": "fake-model"}
    chunks = [{**frame, "choices": [{"index": 0, "delta": {"role": "assistant", "content": half}, "finish_reason": None}]} for half in halves]
    chunks.append({**frame, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    chunks.append({**frame, "choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}})
    return "".join(f"data: {line(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"


def called(is_anthropic, name):
    """The events of a reply that calls one tool."""
    if is_anthropic:
        events = spoken(True, "").split("\n\n")
        block = {"type": "tool_use", "id": "toolu_fake", "name": name, "input": {}}
        delta = {"type": "input_json_delta", "partial_json": '{"number": 7}'}
        made = [
            {"type": "content_block_start", "index": 0, "content_block": block},
            {"type": "content_block_delta", "index": 0, "delta": delta},
        ]
        text = "\n\n".join([events[0], *(f"event: {event['type']}\ndata: {line(event)}" for event in made), *events[4:]])
        return text.replace("end_turn", "tool_use")
    chunks = spoken(False, "").split("\n\n")
    call = {"index": 0, "id": "call_fake", "type": "function", "function": {"name": name, "arguments": '{"number": 7}'}}
    made = json.loads(chunks[0].removeprefix("data: "))
    made["choices"][0]["delta"] = {"role": "assistant", "content": None, "tool_calls": [call]}
    return "\n\n".join([f"data: {line(made)}", *chunks[2:]]).replace('"stop"', '"tool_calls"')


def vector(text, dimension=8):
    return [byte / 255 - 0.5 for byte in hashlib.sha256(text.encode()).digest()[:dimension]]


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, options):
        super().__init__(("127.0.0.1", 0), Handler)
        self.log = open(options.log, "a", buffering=1) if options.log else None
        self.replies = pathlib.Path(options.replies).read_text().splitlines() if options.replies else []
        self.counts = {}
        self.lock = threading.Lock()

    def handle_error(self, request, client_address):
        """A client that goes away is no error."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.scenario, _, self.target = self.path.lstrip("/").partition("/")
        self.question = json.loads(body)
        self.is_anthropic = self.target.endswith("v1/messages")
        with self.server.lock:
            if self.server.log:
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.server.log.write(line({"path": self.path, "headers": headers, "body": self.question}) + "\n")
            count = self.server.counts[self.scenario] = self.server.counts.get(self.scenario, 0) + 1
        kind, *arguments = self.scenario.partition("--")[0].split(".")
        getattr(self, f"do_{kind}")(count, *arguments)

    # -- Parts of a reply

    def head(self, status, content_type, **headers):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("request-id" if self.is_anthropic else "x-request-id", "req_fake")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)

    def body(self, status, value, **headers):
        data = line(value).encode() if not isinstance(value, str) else value.encode()
        self.head(status, "text/html" if isinstance(value, str) else "application/json", Content_Length=str(len(data)), **headers)
        self.end_headers()
        self.wfile.write(data)

    def stream(self, pieces, ends=True):
        self.head(200, "text/event-stream; charset=utf-8", Transfer_Encoding="chunked")
        self.end_headers()
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        if ends:
            self.wfile.write(b"0\r\n\r\n")

    def failure(self, status, message="the fake server fails", **headers):
        error = {"type": ERROR_TYPES.get(status, "api_error"), "message": message}
        if self.is_anthropic:
            self.body(status, {"type": "error", "error": error, "request_id": "req_fake"}, **headers)
        else:
            self.body(status, {"error": {**error, "param": None, "code": None}}, **headers)

    def wait_for_the_client_to_leave(self):
        while self.connection.recv(4096):
            pass
        self.close_connection = True

    def pong(self):
        self.stream([spoken(self.is_anthropic, "pong").encode()])

    # -- Behaviours

    def do_stream(self, _, name):
        self.stream([(STREAMS / f"{name}.sse").read_bytes()])

    def do_dribble(self, _, name):
        data = (STREAMS / f"{name}.sse").read_bytes()
        self.stream(data[start : start + 7] for start in range(0, len(data), 7))

    def do_flaky(self, count, times, status):
        self.failure(int(status)) if count <= int(times) else self.pong()

    def do_wait(self, count, header, value):
        self.failure(429, **{header: value}) if count == 1 else self.pong()

    def do_fail(self, _, status):
        self.failure(int(status))

    def do_replies(self, _):
        asked = sum(message["role"] == "user" for message in self.question["messages"])
        self.stream([spoken(self.is_anthropic, self.server.replies[min(asked, len(self.server.replies)) - 1]).encode()])

    def do_tool(self, _):
        tool = self.question["tools"][0]
        name = tool["name"] if self.is_anthropic else tool["function"]["name"]
        self.stream([called(self.is_anthropic, name).encode()])

    def do_leak(self, _):
        key = self.headers["x-api-key"] or self.headers["Authorization"]
        self.failure(401, f"this key is wrong: {key}\nnext line")

    def do_redirect(self, _):
        self.body(307, {}, Location="/stream.openai_text/chat/completions")

    def do_cut(self, _, name):
        data = (STREAMS / f"{name}.sse").read_bytes()
        self.stream([data[: len(data) // 2]], ends=False)
        self.close_connection = True

    def do_stall(self, _, name):
        data = (STREAMS / f"{name}.sse").read_bytes()
        self.stream([data[: len(data) // 2]], ends=False)
        self.wait_for_the_client_to_leave()

    def do_silent(self, _):
        self.wait_for_the_client_to_leave()

    def do_endless(self, _):
        text = spoken(self.is_anthropic, "again and " * 400)
        first, rest = text.split("\n\n", 1) if self.is_anthropic else ("", text)
        events = rest.split("\n\n")
        begun = (first + "\n\n" + events[0] + "\n\n").encode()
        delta = (events[1] + "\n\n").encode()

        def pieces():
            yield begun
            while True:
                yield delta

        self.stream(pieces())

    def do_big(self, _):
        self.stream([spoken(self.is_anthropic, "x" * 20_000_000).encode()])

    def do_garbage(self, _):
        self.stream([b"\x00\xff\xfe{]\n\n", b"data: {\"type\": nothing\n\n", b"data: 7\n\n"])

    def do_empty(self, _):
        self.stream([])

    def do_page(self, _):
        self.body(200, "<html>please sign in</html>")

    def do_vectors(self, _):
        texts = self.question["input"]
        data = [{"object": "embedding", "index": index, "embedding": vector(text)} for index, text in enumerate(texts)]
        usage = {"prompt_tokens": len(texts) * 3, "total_tokens": len(texts) * 3}
        self.body(200, {"object": "list", "model": "fake-embedder", "data": data[::-1], "usage": usage})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--replies")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    options = parser.parse_args()
    server = Server(options)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    if options.log and not options.keep:
        os.unlink(options.log)
    os._exit(0)


main()
