"""A script that knows nothing of Cordon: it takes keys and base URLs from the environment, as any script does.

Run by `cordon run -- python unmodified.py`. Without a provider key Cordon answers with its echo, so what comes back is
what was said, with the real values.
"""

import sys

import anthropic
import openai

VALUE = "ilse.vanrompaey@quillfen.org"
TEXT = f"My name is Ilse Van Rompaey, write to {VALUE}."


def check(name, answer):
    holds = VALUE in answer
    print(f"PASS {name}" if holds else f"FAIL {name}: the value did not come back in {len(answer)} characters")
    return holds


chat = openai.OpenAI()
messages = anthropic.Anthropic()
turn = [{"role": "user", "content": TEXT}]
whole = chat.chat.completions.create(model="echo", messages=turn)
streamed = chat.chat.completions.create(model="echo", messages=turn, stream=True)
message = messages.messages.create(model="echo", max_tokens=200, messages=turn)
results = [
    check("an unmodified chat", whole.choices[0].message.content),
    check("an unmodified stream", "".join(c.choices[0].delta.content or "" for c in streamed if c.choices)),
    check("an unmodified message", message.content[0].text),
]
sys.exit(0 if all(results) else 1)
