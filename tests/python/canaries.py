"""The canary matrix: every string leaf that the request types of the installed clients have carries a value, one leaf a
request, and no value reaches the provider. Then every string leaf of their answer types carries a surrogate, and the
values come back where they belong.

Nothing here is a list of ours: leaves come from the libraries (`leaves.py`), so a new client brings its new fields along.
A request may be refused where a value cannot be replaced (opaque or signed parts); refusals are counted, are a 4xx, and
are not an invitation to try again.
"""

import collections
import json
import os
import re

from anthropic.types import Message, RawMessageStreamEvent, message_count_tokens_params, message_create_params
from anthropic.types.beta import message_create_params as beta_message_create_params
from harness import APP_KEY, Line, Provider, event, events_in, finish, keep_error, remember, test
from leaves import HOLE, at, place_of_hole, templates
from openai.types import Completion, completion_create_params
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.chat import completion_create_params as chat_completion_create_params

TERM = "Halcyon Ferry"  # registered as an exact term of the app
CARD = "5425233430109903"
remember(CARD, ".ilse@quillfen.org")

# An app whose policy lets images, audio, documents and encrypted parts through, and what then goes as it is.
OPEN_KEY = os.environ["CORDON_OPEN_APP_KEY"]
SECRET_FIELD = re.compile("key|token|signature|secret|password")
OPAQUE_CONTENT = ("/data", "/file_data", "/encrypted_content")

line = Line()
provider = Provider()
count = collections.Counter()


class Canary:
    """Values that are new with every request, and the texts that carry them."""

    made = 0

    def __init__(self):
        Canary.made += 1
        self.email = f"k{Canary.made}.ilse@quillfen.org"
        self.phrase = f"Write to {self.email}, card {CARD}, about {TERM}."

    def variants(self):
        yield "phrase", self.phrase
        yield "JSON in a string", json.dumps({"to": self.email, "list": [CARD, {"about": TERM}]})
        yield "e-mail alone", self.email
        yield "card alone", CARD
        yield "exact term alone", TERM

    def leaked(self, raw):
        return [name for name, value in (("e-mail", self.email), ("card", CARD), ("exact term", TERM)) if value.encode() in raw]


def headers_for(path, key=APP_KEY):
    if "/messages" in path:
        headers = {"x-api-key": key, "anthropic-version": "2023-06-01"}
        return {**headers, "anthropic-beta": "files-api-2025-04-14"} if "beta" in path else headers
    return {"authorization": f"Bearer {key}"}


def pieces(text, size=5):
    return [text[at : at + size] for at in range(0, len(text), size)] or [""]


# ---- answers that bring a text back: in the reader's text and in a tool's arguments


def chat_reply(text, streamed):
    call = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": json.dumps({"v": text})}}
    base = {"id": "x", "created": 1, "model": "m"}
    if not streamed:
        message = {"role": "assistant", "content": text, "tool_calls": [call]}
        body = {**base, "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
        return 200, "application/json", [json.dumps(body).encode()]
    chunk = lambda delta, reason=None: event(  # noqa: E731
        {**base, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
    )
    first = {**call, "function": {"name": "f", "arguments": ""}}
    out = [chunk({"content": piece}) for piece in pieces(text)] + [chunk({"tool_calls": [first]})]
    out += [chunk({"tool_calls": [{"index": 0, "function": {"arguments": p}}]}) for p in pieces(call["function"]["arguments"])]
    return 200, "text/event-stream", out + [chunk({}, "stop"), event("[DONE]")]


def completion_reply(text, streamed):
    base = {"id": "x", "created": 1, "model": "m", "object": "text_completion"}
    choice = lambda text, reason=None: {**base, "choices": [{"index": 0, "text": text, "finish_reason": reason, "logprobs": None}]}  # noqa: E731
    if not streamed:
        return 200, "application/json", [json.dumps(choice(text, "stop")).encode()]
    return 200, "text/event-stream", [event(choice(piece)) for piece in pieces(text)] + [event(choice("", "stop")), event("[DONE]")]


def messages_reply(text, streamed):
    blocks = [{"type": "text", "text": text}, {"type": "tool_use", "id": "t", "name": "f", "input": {"v": text}}]
    base = {"id": "m", "type": "message", "role": "assistant", "model": "m", "stop_sequence": None}
    usage = {"input_tokens": 1, "output_tokens": 1}
    if not streamed:
        return 200, "application/json", [json.dumps({**base, "content": blocks, "stop_reason": "end_turn", "usage": usage}).encode()]
    named = lambda data: event(data, data["type"])  # noqa: E731
    out = [named({"type": "message_start", "message": {**base, "content": [], "stop_reason": None, "usage": usage}})]
    deltas = [
        ({"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces(text)]),
        ({**blocks[1], "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces(json.dumps({"v": text}))]),
    ]
    for index, (start, parts) in enumerate(deltas):
        out.append(named({"type": "content_block_start", "index": index, "content_block": start}))
        out += [named({"type": "content_block_delta", "index": index, "delta": part}) for part in parts]
        out.append(named({"type": "content_block_stop", "index": index}))
    out.append(named({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 1}}))
    return 200, "text/event-stream", out + [named({"type": "message_stop"})]


def count_reply(text, streamed):
    return 200, "application/json", [b'{"input_tokens": 7}']


def texts_of(body, streamed):
    """(reader's text, tool arguments as JSON text) of an answer in either dialect."""
    text, arguments = "", ""
    if not streamed:
        data = json.loads(body)
        for choice in data.get("choices", []):
            message = choice.get("message") or {}
            text += message.get("content") or choice.get("text") or ""
            arguments += "".join(call["function"]["arguments"] for call in message.get("tool_calls") or [])
        for block in data.get("content", []):
            text += block.get("text", "")
            arguments += json.dumps(block["input"]) if "input" in block else ""
        return text, arguments
    for data in events_in(body):
        for choice in data.get("choices", []):
            delta = choice.get("delta") or {}
            text += delta.get("content") or choice.get("text") or ""
            arguments += "".join(call["function"].get("arguments", "") for call in delta.get("tool_calls") or [])
        if data.get("type") == "content_block_delta":
            text += data["delta"].get("text", "")
            arguments += data["delta"].get("partial_json", "")
    return text, arguments


# ---- requests


def requests_of(name, path, kind, reply):
    """Every leaf of a request type, in every variant, streamed and whole."""
    leaves = templates(kind)
    problems, refused = [], []
    for leaf in leaves:
        place = place_of_hole(leaf.template)
        for streamed in (False, True) if reply is not count_reply else (False,):
            canary = Canary()
            for variant, text in canary.variants():
                body = json.loads(leaf.filled(text))
                if streamed:
                    body["stream"] = True
                refused_before = count["refused"]
                problem = one_request(path, body, place, text, canary, reply, streamed)
                if problem:
                    problems.append(f"{leaf.path} ({variant}{', streamed' if streamed else ''}): {problem}")
                if count["refused"] > refused_before and not streamed:
                    refused.append((leaf, variant, text, canary))
    problems += [problem for one in refused if (problem := beside_opaque(path, *one))]
    count[f"leaves of {name}"] = len(leaves)
    if problems:
        raise AssertionError(f"{len(problems)} requests of {len(leaves)} leaves: " + "; ".join(problems[:12]))


def one_request(path, body, place, text, canary, reply, streamed):
    provider.take()
    provider.answer = lambda call: reply(echoed(call, place), streamed)
    status, headers, got = line.post(path, body, headers_for(path))
    calls = provider.take()
    count["requests"] += 1
    for call in calls:
        if leaked := canary.leaked(call.raw):
            return f"LEAKED {', '.join(leaked)}"
    if not calls:
        count["refused"] += 1
        keep_error(got.decode(errors="replace"))
        if not 400 <= status < 500 or status in (408, 409, 429):
            return f"refused with {status}"
        if headers.get("x-should-retry") != "false":
            return "refused without x-should-retry: false"
        if canary.leaked(got):
            return "the refusal tells a value"
        return None
    count["sent"] += 1
    if status != 200:
        return f"answered with {status}: {got[:200]!r}"
    if reply is count_reply:
        return None
    reader, arguments = texts_of(got, streamed)
    if reply is not completion_reply and json.loads(arguments) != {"v": text}:
        return f"arguments came back as {arguments[:120]!r}"
    if reader != text:
        # What stands in a field for secrets is one: it comes back to tools that the client runs, not to the reader.
        if reader == echoed(calls[0], place) and SECRET_FIELD.search(str(place[-1])):
            count["restored for tools alone"] += 1
            return None
        return f"text came back as {reader[:120]!r}"
    count["restored"] += 1
    return None


def beside_opaque(path, leaf, variant, text, canary):
    """A refused request once more, for an app that lets opaque parts through: what stands beside them is still found."""
    if leaf.path.endswith(OPAQUE_CONTENT):
        return None
    provider.take()
    provider.answer = lambda call: (200, "application/json", [b"{}"])
    line.post(path, json.loads(leaf.filled(text)), headers_for(path, OPEN_KEY))
    count["requests with opaque parts let through"] += 1
    leaked = [name for call in provider.take() for name in canary.leaked(call.raw)]
    return f"{leaf.path} ({variant}, opaque parts let through): LEAKED {', '.join(leaked)}" if leaked else None


def echoed(call, place):
    """What the provider saw in the place of the value."""
    seen = at(call.json, place)
    return seen if isinstance(seen, str) else json.dumps(seen)


# ---- answers


def must_be_restored(path, kind):
    """Sinks whose text the application needs as it was. Everything else may be either: it is counted."""
    if kind in ("chat", "chat chunk"):
        return path.endswith(("/content", "/refusal", "/arguments", "/transcript"))
    if kind == "completion":
        return path.endswith("/text")
    is_text = path.endswith(("/content/0[text]/text", "/content_block[text]/text", "/delta[text_delta]/text", "/partial_json"))
    return is_text or "[tool_use]/input/" in path


def must_be_kept(path):
    """Signed text and what a tool of the provider gets stay as the provider sent them."""
    return path.endswith(("/thinking", "/signature")) or "redacted_thinking" in path or "server_tool_use]/input/" in path


def answers_of(name, path, kind, around, label):
    """Every leaf of an answer type carries what the provider saw."""
    problems = []
    leaves = templates(kind)
    for leaf in leaves:
        canary = Canary()
        text = f"Write to {canary.email} about {TERM}."
        body = {"model": "m-test", "max_tokens": 9, "messages": [{"role": "user", "content": text}]}
        if label == "completion":
            body = {"model": "m-test", "prompt": text}
        if around is not None:
            body["stream"] = True
        sent = {}

        def answer(call, leaf=leaf, sent=sent):
            sent["text"] = echoed(call, ("prompt",) if label == "completion" else ("messages", 0, "content"))
            is_json = leaf.path.endswith(("/arguments", "/partial_json"))
            filled = leaf.filled(json.dumps({"v": sent["text"]}) if is_json else sent["text"])
            if around is None:
                return 200, "application/json", [filled.encode()]
            return 200, "text/event-stream", around(json.loads(filled))

        provider.take()
        provider.answer = answer
        status, _, got = line.post(path, body, headers_for(path))
        calls = provider.take()
        count["answers"] += 1
        if len(calls) != 1 or status != 200:
            problems.append(f"{leaf.path}: status {status}, {len(calls)} calls: {got[:200]!r}")
            continue
        if canary.leaked(calls[0].raw):
            problems.append(f"{leaf.path}: LEAKED")
            continue
        whole = got.decode()
        restored, kept = canary.email in whole, sent["text"] in whole or sent["text"].split()[2] in whole
        count["answers restored"] += restored
        count["answers kept"] += kept and not restored
        if must_be_restored(leaf.path, label) and (kept or not restored):
            problems.append(f"{leaf.path}: not restored")
        if must_be_kept(leaf.path) and restored:
            problems.append(f"{leaf.path}: restored where it must stay")
        if not restored and not kept and "logprobs" not in leaf.path:
            problems.append(f"{leaf.path}: neither the value nor the surrogate came: {whole[:300]!r}")
    count[f"leaves of {name}"] = len(leaves)
    if problems:
        raise AssertionError(f"{len(problems)} of {len(leaves)}: " + "; ".join(problems[:12]))


def around_chunk(chunk):
    index = chunk["choices"][0]["index"] if chunk.get("choices") else 0
    end = {**chunk, "choices": [{"index": index, "delta": {}, "finish_reason": "stop"}]}
    for member in ("moderation", "obfuscation", "system_fingerprint"):
        end.pop(member, None)
    end["id"], end["model"] = "x", "m"
    return [event(chunk), event(end), event("[DONE]")]


STARTS = {
    "text_delta": {"type": "text", "text": ""},
    "citations_delta": {"type": "text", "text": ""},
    "input_json_delta": {"type": "tool_use", "id": "t", "name": "f", "input": {}},
    "thinking_delta": {"type": "thinking", "thinking": "", "signature": ""},
    "signature_delta": {"type": "thinking", "thinking": "", "signature": ""},
}


def around_event(data):
    named = lambda data: event(data, data["type"])  # noqa: E731
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
    start = [named({"type": "message_start", "message": message})]
    end = [named({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 1}}), named({"type": "message_stop"})]
    kind, index = data["type"], data.get("index", 0)
    stop = [named({"type": "content_block_stop", "index": index})]
    if kind == "message_start":
        return [named(data), *end]
    if kind == "message_delta":
        return [*start, named(data), end[1]]
    if kind == "content_block_start":
        return [*start, named(data), *stop, *end]
    if kind == "content_block_delta":
        block = STARTS[data["delta"]["type"]]
        return [*start, named({"type": "content_block_start", "index": index, "content_block": block}), named(data), *stop, *end]
    return [*start, named(data), *end]


REQUESTS = [
    ("chat completions", "/v1/chat/completions", chat_completion_create_params.CompletionCreateParamsBase, chat_reply),
    ("legacy completions", "/v1/completions", completion_create_params.CompletionCreateParamsBase, completion_reply),
    ("messages", "/v1/messages", message_create_params.MessageCreateParamsBase, messages_reply),
    ("messages, beta", "/v1/messages?beta=true", beta_message_create_params.MessageCreateParamsBase, messages_reply),
    ("count_tokens", "/v1/messages/count_tokens", message_count_tokens_params.MessageCountTokensParams, count_reply),
]
ANSWERS = [
    ("ChatCompletion", "/v1/chat/completions", ChatCompletion, None, "chat"),
    ("ChatCompletionChunk", "/v1/chat/completions", ChatCompletionChunk, around_chunk, "chat chunk"),
    ("Completion", "/v1/completions", Completion, None, "completion"),
    ("Message", "/v1/messages", Message, None, "message"),
    ("RawMessageStreamEvent", "/v1/messages", RawMessageStreamEvent, around_event, "event"),
]

for name, path, kind, reply in REQUESTS:
    test(f"canaries in requests: {name}", lambda: requests_of(name, path, kind, reply))
for name, path, kind, around, label in ANSWERS:
    test(f"canaries in answers: {name}", lambda: answers_of(name, path, kind, around, label))
assert HOLE
print(", ".join(f"{number} {what}" for what, number in count.items()))
finish()
