"""Holds requests and recorded replies of the model clients against the providers' own Python libraries.

requests FILE      each line's body must be what the provider's type says, to the last nested member
log FILE           the same for the requests that fake_model.py wrote down
replies ROOT       the libraries' own clients must read from the fake server at ROOT what model_replies.jsonl says
"""
import json
import pathlib
import sys

import anthropic
import openai
import pydantic
import typing_extensions
from anthropic.types.message_create_params import MessageCreateParamsStreaming
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from openai.types.embedding_create_params import EmbeddingCreateParams

VECTORS = pathlib.Path(__file__).parent.parent / "vectors"

# A member that a type does not know is a fault; where the libraries say otherwise it stays allowed.
for name, module in list(sys.modules.items()):
    if name.startswith(("anthropic.types", "openai.types")):
        for kind in vars(module).values():
            if typing_extensions.is_typeddict(kind) and not hasattr(kind, "__pydantic_config__"):
                kind.__pydantic_config__ = pydantic.ConfigDict(extra="forbid")

CHAT = pydantic.TypeAdapter(CompletionCreateParamsStreaming)
TYPES = {
    "anthropic": pydantic.TypeAdapter(MessageCreateParamsStreaming),
    "openai": CHAT,
    "compatible": CHAT,
    "embeddings": pydantic.TypeAdapter(EmbeddingCreateParams),
}
faults = 0


def report(what, fault=None):
    global faults
    faults += fault is not None
    print(f"{'NOT OK' if fault else 'ok':<8}{what}" + (f"\n        {fault}" if fault else ""))


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def walk(value):
    """Reads a validated value to its end: iterables are checked only as they are read.

    Anthropic's type of a message takes blocks of replies too, and these take any member: a block must be a request's.
    """
    if isinstance(value, pydantic.BaseModel):
        raise ValueError(f"no block of a request: {value!r}")
    if isinstance(value, dict):
        for member in value.values():
            walk(member)
    elif hasattr(value, "__iter__") and not isinstance(value, str):
        for member in value:
            walk(member)


def request(what, provider, body):
    try:
        walk(TYPES[provider].validate_python(body))
        report(what)
    except ValueError as error:
        report(what, error)


def requests(path):
    for case in lines(path):
        request(f"request {case['provider']} {case['name']}", case["provider"], case["body"])


def log(path):
    ends = {"v1/messages": "anthropic", "/chat/completions": "openai", "/embeddings": "embeddings"}
    for number, case in enumerate(lines(path), 1):
        provider = next(provider for end, provider in ends.items() if case["path"].endswith(end))
        request(f"request {number} sent to {provider}", provider, case["body"])


def read_message(root, stream):
    client = anthropic.Anthropic(base_url=f"{root}/stream.{stream}", api_key="k", max_retries=0)
    with client.messages.stream(model="m", max_tokens=9, messages=[{"role": "user", "content": "x"}]) as events:
        message = events.get_final_message()
    usage = message.usage
    read, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    stops = {"end_turn": "end", "tool_use": "tools", "max_tokens": "limit"}
    return {
        "text": "".join(block.text for block in message.content if block.type == "text"),
        "calls": [[block.id, block.name, block.input] for block in message.content if block.type == "tool_use"],
        "stop": stops.get(message.stop_reason, message.stop_reason),
        "usage": [usage.input_tokens + read + written, usage.output_tokens, read, written],
        "model": message.model,
        "opaque": sum(block.type.endswith("thinking") for block in message.content),
    }


def read_completion(root, stream):
    client = openai.OpenAI(base_url=f"{root}/stream.{stream}", api_key="k", max_retries=0)
    asked = {"model": "m", "messages": [{"role": "user", "content": "x"}], "stream_options": {"include_usage": True}}
    with client.chat.completions.stream(**asked) as events:
        completion = events.get_final_completion()
    choice, usage = completion.choices[0], completion.usage
    stops = {"stop": "end", "tool_calls": "tools", "length": "limit"}
    details = usage.prompt_tokens_details
    return {
        "text": (choice.message.content or "") + (choice.message.refusal or ""),
        "calls": [[call.id, call.function.name, json.loads(call.function.arguments)] for call in choice.message.tool_calls or []],
        "stop": "refusal" if choice.message.refusal else stops[choice.finish_reason],
        "usage": [usage.prompt_tokens, usage.completion_tokens, (details and details.cached_tokens) or 0, 0],
        "model": completion.model,
        "opaque": 0,
    }


def replies(root):
    for case in lines(VECTORS / "model_replies.jsonl"):
        if not case["sdk"]:
            continue
        wanted = {
            **{name: case[name] for name in ("text", "stop", "model", "opaque")},
            "calls": [[call["id"], call["name"], json.loads(call["arguments"])] for call in case["calls"]],
            "usage": [case[name] for name in ("input", "output", "cache_read", "cache_write")],
        }
        read = (read_message if case["stream"].startswith("anthropic") else read_completion)(root, case["stream"])
        report(f"reply {case['stream']}", None if read == wanted else f"{read}\n        wanted {wanted}")
    client = openai.OpenAI(base_url=f"{root}/vectors", api_key="k", max_retries=0)
    found = client.embeddings.create(model="m", input=["one", "two"], encoding_format="float")
    report("reply with embeddings", None if {item.index for item in found.data} == {0, 1} else found)
    failures(root)


def failures(root):
    """What the fake server says when it fails is what the providers say."""
    def message(status):
        anthropic.Anthropic(base_url=f"{root}/fail.{status}", api_key="k", max_retries=0).messages.create(
            model="m", max_tokens=9, messages=[{"role": "user", "content": "x"}])

    def completion(status):
        openai.OpenAI(base_url=f"{root}/fail.{status}", api_key="k", max_retries=0).chat.completions.create(
            model="m", messages=[{"role": "user", "content": "x"}])

    for library, ask in ((anthropic, message), (openai, completion)):
        for status, kind in ((401, library.AuthenticationError), (429, library.RateLimitError), (500, library.InternalServerError)):
            try:
                ask(status)
                report(f"{library.__name__} {status}", "no error")
            except kind as error:
                report(f"{library.__name__} {status}", None if error.request_id == "req_fake" else error.request_id)


if sys.argv[1] == "replies":
    replies(sys.argv[2])
else:
    {"requests": requests, "log": log}[sys.argv[1]](pathlib.Path(sys.argv[2]))
sys.exit(faults > 0)
