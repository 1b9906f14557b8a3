"""Official clients, unmodified: only the base URL is changed. Chat, stream, tools, thinking, models, errors.

Each test says what the provider saw (no value) and what the application got (the values).
"""

import json
import os

import anthropic
import openai
from harness import APP_KEY, URL, Provider, event, finish, remember, same, test

EMAIL = "ilse.vanrompaey@quillfen.org"
CARD = "5425 2334 3010 9903"
TERM = "Halcyon Ferry"  # registered as an exact term of the app
SECRET_TEXT = f"Write to {EMAIL} about {TERM}, card {CARD}."
remember(EMAIL, CARD)

provider = Provider()
chat = openai.OpenAI(base_url=f"{URL}/v1", api_key=APP_KEY, max_retries=0)
messages = anthropic.Anthropic(base_url=URL, api_key=APP_KEY, max_retries=0)


def last_text(body):
    content = body["messages"][-1]["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def pieces(text, size=5):
    return [text[at : at + size] for at in range(0, len(text), size)] or [""]


def seen():
    """The one call that the provider got; it holds no value."""
    calls = provider.take()
    same(len(calls), 1, "calls")
    for value in (EMAIL, CARD, CARD.replace(" ", ""), TERM):
        if value.encode() in calls[0].raw:
            raise AssertionError("a value reached the provider")
    if APP_KEY.encode() in calls[0].raw:
        raise AssertionError("the app key reached the provider")
    return calls[0]


# ---- OpenAI chat


def chat_answer(call):
    body = call.json
    text = last_text(body)
    base = {"id": "chatcmpl-1", "created": 1, "model": body["model"]}
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    call_of = lambda arguments: [  # noqa: E731
        {"index": 0, "id": "call_1", "type": "function", "function": {"name": "mail", "arguments": arguments}}
    ]
    if not body.get("stream"):
        message = {"role": "assistant", "content": None if body.get("tools") else text, "refusal": None}
        if body.get("tools"):
            message["tool_calls"] = call_of(json.dumps({"to": text}))
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if body.get("tools") else "stop", "logprobs": None}
        return 200, "application/json", [json.dumps({**base, "object": "chat.completion", "choices": [choice], "usage": usage}).encode()]
    chunk = lambda delta, reason=None: event(  # noqa: E731
        {**base, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
    )
    if body.get("tools"):
        first = call_of("")
        deltas = [{"role": "assistant", "content": None, "tool_calls": first}]
        deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": p}}]} for p in pieces(json.dumps({"to": text}))]
    else:
        deltas = [{"role": "assistant", "content": ""}] + [{"content": p} for p in pieces(text)]
    out = [chunk(delta) for delta in deltas] + [chunk({}, "tool_calls" if body.get("tools") else "stop")]
    if (body.get("stream_options") or {}).get("include_usage"):
        out.append(event({**base, "object": "chat.completion.chunk", "choices": [], "usage": usage}))
    return 200, "text/event-stream", out + [event("[DONE]")]


USER = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": SECRET_TEXT}]
TOOLS = [{"type": "function", "function": {"name": "mail", "description": f"Mails {EMAIL}", "parameters": {"type": "object", "properties": {"to": {"type": "string"}}}}}]


def openai_chat():
    answer = chat.chat.completions.create(model="gpt-4o-mini", messages=USER)
    same(answer.choices[0].message.content, SECRET_TEXT)
    same(answer.usage.total_tokens, 7)
    call = seen()
    same(call.path, "/v1/chat/completions", "path")
    same([m["role"] for m in call.json["messages"]], ["system", "user"], "roles")
    if not answer._request_id:
        raise AssertionError("no request id")


def openai_stream():
    stream = chat.chat.completions.create(model="gpt-4o-mini", messages=USER, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    same("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), SECRET_TEXT)
    same(chunks[-1].usage.total_tokens, 7, "usage")
    same([c.choices[0].finish_reason for c in chunks if c.choices][-1], "stop", "finish reason")
    seen()


def openai_tools():
    answer = chat.chat.completions.create(model="gpt-4o-mini", messages=USER, tools=TOOLS)
    call = answer.choices[0].message.tool_calls[0]
    same(json.loads(call.function.arguments), {"to": SECRET_TEXT})
    seen()
    history = USER + [answer.choices[0].message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": "call_1", "content": f"sent to {EMAIL}"}]
    chat.chat.completions.create(model="gpt-4o-mini", messages=history)
    seen()


def openai_tools_streamed():
    stream = chat.chat.completions.create(model="gpt-4o-mini", messages=USER, tools=TOOLS, stream=True)
    arguments = ""
    for chunk in stream:
        for call in (chunk.choices[0].delta.tool_calls or []) if chunk.choices else []:
            arguments += call.function.arguments or ""
    same(json.loads(arguments), {"to": SECRET_TEXT})
    seen()


def openai_legacy():
    provider.answer = lambda call: (
        200,
        "application/json",
        [json.dumps({"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m", "choices": [{"index": 0, "text": call.json["prompt"], "finish_reason": "stop", "logprobs": None}]}).encode()],
    )
    same(chat.completions.create(model="gpt-4o-mini", prompt=SECRET_TEXT).choices[0].text, SECRET_TEXT)
    seen()


def openai_models():
    listed = list(chat.models.list())
    if not listed or any(not model.id for model in listed):
        raise AssertionError("no models listed")
    same(provider.take(), [], "calls")


def openai_wrong_key():
    wrong = openai.OpenAI(base_url=f"{URL}/v1", api_key="cdn_dev_wrong", max_retries=2)
    expect(openai.AuthenticationError, lambda: wrong.chat.completions.create(model="gpt-4o-mini", messages=USER))
    same(provider.take(), [], "calls")


def openai_provider_error():
    error = {"error": {"message": "slow down", "type": "rate_limit", "param": None, "code": "rate_limit"}}
    provider.answer = lambda call: (429, "application/json", [json.dumps(error).encode()])
    caught = expect(openai.RateLimitError, lambda: chat.chat.completions.create(model="gpt-4o-mini", messages=USER))
    same(caught.code, "rate_limit", "code")
    seen()


def openai_error_in_stream():
    provider.answer = lambda call: (200, "text/event-stream", chat_answer(call)[2][:3] + [event({"error": {"message": "overloaded", "type": "server_error", "param": None, "code": None}})])
    expect(openai.APIError, lambda: list(chat.chat.completions.create(model="gpt-4o-mini", messages=USER, stream=True)))
    seen()


def openai_embeddings_refused():
    retrying = openai.OpenAI(base_url=f"{URL}/v1", api_key=APP_KEY, max_retries=3)
    caught = expect(openai.APIStatusError, lambda: retrying.embeddings.create(model="text-embedding-3-small", input=SECRET_TEXT))
    if not 400 <= caught.status_code < 500 or caught.status_code in (408, 409, 429):
        raise AssertionError(f"status {caught.status_code} invites to try again")
    same(caught.response.headers.get("x-should-retry"), "false", "x-should-retry")
    same(provider.take(), [], "calls")


# ---- Anthropic Messages


def messages_answer(call):
    body = call.json
    text = last_text(body)
    usage = {"input_tokens": 3, "output_tokens": 4}
    if body.get("thinking"):
        blocks = [{"type": "thinking", "thinking": f"They say {text}", "signature": "c2lnbmVk"}, {"type": "text", "text": text}]
    elif body.get("tools"):
        blocks = [{"type": "text", "text": "I will mail."}, {"type": "tool_use", "id": "toolu_1", "name": "mail", "input": {"to": text}}]
    else:
        blocks = [{"type": "text", "text": text}]
    reason = "tool_use" if body.get("tools") else "end_turn"
    base = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "stop_sequence": None}
    if not body.get("stream"):
        return 200, "application/json", [json.dumps({**base, "content": blocks, "stop_reason": reason, "usage": usage}).encode()]
    out = [event({"type": "message_start", "message": {**base, "content": [], "stop_reason": None, "usage": usage}}, "message_start"), event({"type": "ping"}, "ping")]
    for index, block in enumerate(blocks):
        empty = {"text": {"type": "text", "text": ""}, "thinking": {"type": "thinking", "thinking": "", "signature": ""}}
        start = empty.get(block["type"]) or {**block, "input": {}}
        out.append(event({"type": "content_block_start", "index": index, "content_block": start}, "content_block_start"))
        if block["type"] == "text":
            deltas = [{"type": "text_delta", "text": p} for p in pieces(block["text"])]
        elif block["type"] == "thinking":
            deltas = [{"type": "thinking_delta", "thinking": p} for p in pieces(block["thinking"])] + [{"type": "signature_delta", "signature": block["signature"]}]
        else:
            deltas = [{"type": "input_json_delta", "partial_json": p} for p in ["", *pieces(json.dumps(block["input"]))]]
        out += [event({"type": "content_block_delta", "index": index, "delta": delta}, "content_block_delta") for delta in deltas]
        out.append(event({"type": "content_block_stop", "index": index}, "content_block_stop"))
    out.append(event({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": {"output_tokens": 4}}, "message_delta"))
    return 200, "text/event-stream", out + [event({"type": "message_stop"}, "message_stop")]


MODEL = "claude-test"
TURN = [{"role": "user", "content": SECRET_TEXT}]
MAIL = [{"name": "mail", "description": f"Mails {EMAIL}", "input_schema": {"type": "object", "properties": {"to": {"type": "string"}}}}]
THINK = {"type": "enabled", "budget_tokens": 1024}


def anthropic_message():
    answer = messages.messages.create(model=MODEL, max_tokens=99, system=f"You serve {EMAIL}.", messages=TURN)
    same(answer.content[0].text, SECRET_TEXT)
    call = seen()
    same(call.path.split("?")[0], "/v1/messages", "path")
    if not call.headers.get("anthropic-version"):
        raise AssertionError("anthropic-version was not forwarded")


def anthropic_stream():
    with messages.messages.stream(model=MODEL, max_tokens=99, messages=TURN) as stream:
        same("".join(stream.text_stream), SECRET_TEXT)
        same(stream.get_final_message().stop_reason, "end_turn", "stop reason")
    seen()


def anthropic_tools():
    answer = messages.messages.create(model=MODEL, max_tokens=99, messages=TURN, tools=MAIL)
    same(answer.content[1].input, {"to": SECRET_TEXT})
    seen()
    history = TURN + [
        {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in answer.content]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": f"sent to {EMAIL}"}]},
    ]
    messages.messages.create(model=MODEL, max_tokens=99, messages=history)
    seen()


def anthropic_tools_streamed():
    with messages.messages.stream(model=MODEL, max_tokens=99, messages=TURN, tools=MAIL) as stream:
        same(stream.get_final_message().content[1].input, {"to": SECRET_TEXT})
    seen()


def anthropic_thinking():
    """Signed thinking stays as the model wrote it and goes back byte for byte."""
    for streamed in (False, True):
        if streamed:
            with messages.messages.stream(model=MODEL, max_tokens=2048, messages=TURN, thinking=THINK) as stream:
                answer = stream.get_final_message()
        else:
            answer = messages.messages.create(model=MODEL, max_tokens=2048, messages=TURN, thinking=THINK)
        first = seen()
        thinking, text = answer.content
        same(text.text, SECRET_TEXT)
        same(thinking.signature, "c2lnbmVk", "signature")
        same(thinking.thinking, f"They say {first.json['messages'][-1]['content']}", "thinking")
        history = TURN + [{"role": "assistant", "content": [b.model_dump(exclude_none=True) for b in answer.content]}, {"role": "user", "content": "Go on."}]
        messages.messages.create(model=MODEL, max_tokens=2048, messages=history, thinking=THINK)
        second = seen()
        same(second.json["messages"][1]["content"][0]["thinking"], thinking.thinking, "thinking of the second turn")
        same(second.json["messages"][0], first.json["messages"][0], "the first message of the second turn")


def anthropic_count():
    provider.answer = lambda call: (200, "application/json", [b'{"input_tokens": 21}'])
    same(messages.messages.count_tokens(model=MODEL, messages=TURN).input_tokens, 21)
    same(seen().path.split("?")[0], "/v1/messages/count_tokens", "path")


def anthropic_doubled_path():
    doubled = anthropic.Anthropic(base_url=f"{URL}/v1", api_key=APP_KEY, max_retries=0)
    same(doubled.messages.create(model=MODEL, max_tokens=99, messages=TURN).content[0].text, SECRET_TEXT)
    same(seen().path.split("?")[0], "/v1/messages", "path")


def anthropic_auth_token():
    bearer = anthropic.Anthropic(base_url=URL, auth_token=APP_KEY, api_key=None, max_retries=0)
    same(bearer.messages.create(model=MODEL, max_tokens=99, messages=TURN).content[0].text, SECRET_TEXT)
    seen()


def anthropic_models():
    listed = list(messages.models.list())
    if not listed:
        raise AssertionError("no models listed")
    same(provider.take(), [], "calls")


def anthropic_wrong_key():
    wrong = anthropic.Anthropic(base_url=URL, api_key="cdn_dev_wrong", max_retries=2)
    expect(anthropic.AuthenticationError, lambda: wrong.messages.create(model=MODEL, max_tokens=9, messages=TURN))
    same(provider.take(), [], "calls")


def anthropic_provider_error():
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    provider.answer = lambda call: (529, "application/json", [json.dumps(error).encode()])
    caught = expect(anthropic.APIStatusError, lambda: messages.messages.create(model=MODEL, max_tokens=9, messages=TURN))
    same((caught.status_code, caught.body["error"]["type"]), (529, "overloaded_error"), "error")
    seen()


def anthropic_error_in_stream():
    error = event({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "error")
    provider.answer = lambda call: (200, "text/event-stream", messages_answer(call)[2][:4] + [error])

    def read():
        with messages.messages.stream(model=MODEL, max_tokens=9, messages=TURN) as stream:
            list(stream)

    expect(anthropic.APIStatusError, read)
    seen()


def anthropic_signed_value_refused():
    """A value in clear in signed thinking cannot be replaced: refused, and not tried again."""
    retrying = anthropic.Anthropic(base_url=URL, api_key=APP_KEY, max_retries=3)
    history = TURN + [{"role": "assistant", "content": [{"type": "thinking", "thinking": f"It is {EMAIL}", "signature": "c2ln"}, {"type": "text", "text": "ok"}]}, {"role": "user", "content": "Go on."}]
    caught = expect(anthropic.APIStatusError, lambda: retrying.messages.create(model=MODEL, max_tokens=2048, messages=history, thinking=THINK))
    same(caught.response.headers.get("x-should-retry"), "false", "x-should-retry")
    if EMAIL in str(caught.body):
        raise AssertionError("the error tells the value")
    same(provider.take(), [], "calls")


def anthropic_image_refused():
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
    caught = expect(anthropic.APIStatusError, lambda: messages.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": [picture]}]))
    if "image" not in str(caught.body):
        raise AssertionError("the error does not name the setting")
    same(provider.take(), [], "calls")


def expect(kind, function):
    try:
        function()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def of_chat(function):
    def run():
        provider.take()
        provider.answer = chat_answer
        function()

    return run


def of_messages(function):
    def run():
        provider.take()
        provider.answer = messages_answer
        function()

    return run


print(f"openai {openai.__version__}, anthropic {anthropic.__version__}")
os.environ.pop("OPENAI_API_KEY", None)
for name, function in list(globals().items()):
    if name.startswith("openai_"):
        test(name.replace("_", " "), of_chat(function))
    elif name.startswith("anthropic_"):
        test(name.replace("_", " "), of_messages(function))
finish()
