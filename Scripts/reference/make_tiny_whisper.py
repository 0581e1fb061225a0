#!/usr/bin/env python3
"""Writes a Whisper model of a few megabytes with random weights, for driving real engines in tests.

    make_tiny_whisper.py ct2 FOLDER      for faster-whisper: model.bin, config.json, vocabulary.json, tokenizer.json
    make_tiny_whisper.py ggml FILE       for whisper.cpp

It hears nonsense, but every part of the engine runs: features, encoder, beam search, tokens, word times. The same seed gives the same bytes.
ct2 needs faster-whisper (which brings ctranslate2 and tokenizers) and numpy; ggml needs numpy.
"""
import json
import os
import struct
import sys

import numpy as np

STATE, HEADS, LAYERS, MELS, AUDIO, TEXT = 32, 2, 2, 80, 1500, 448
# Whisper's own numbers: engines tell a model of several languages by where its special tokens begin.
TEXT_TOKENS, TOKENS = 50257, 51865

def byte_letters():
    """The letters that stand for single bytes in byte-level vocabularies."""
    plain = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    letters, extra = {b: chr(b) for b in plain}, 0
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + extra)
            extra += 1
    return letters


def random(rng, *shape, scale=None):
    scale = scale if scale is not None else 1 / np.sqrt(shape[-1])
    return (rng.standard_normal(shape) * scale).astype(np.float32)


def embeddings(rng, end):
    """Token vectors that make the end of the text likely at each step, so that random talk does not go on for ever."""
    vectors = random(rng, TOKENS, STATE, scale=0.3)
    # The last norm adds 1 to every state (see ENDING): this adds up to about 10 in the logit of the end.
    vectors[end] += 10 / STATE
    return vectors


ENDING = np.ones(STATE, np.float32)


def sinusoids(length, channels):
    steps = np.log(10000) / (channels // 2 - 1)
    angles = np.arange(length)[:, None] * np.exp(-steps * np.arange(channels // 2))[None]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def write_ct2(folder):
    import tokenizers
    from faster_whisper.tokenizer import _LANGUAGE_CODES
    from ctranslate2.specs import whisper_spec

    rng = np.random.default_rng(1)
    # Cantonese came later than this vocabulary.
    languages = [code for code in _LANGUAGE_CODES if code != "yue"]
    letters = byte_letters()
    vocabulary = [letters[byte] for byte in range(256)]
    merges = []
    for word in ["jeg", "ikke", "det", "er", "og", "blåbær"]:
        parts = [letters[byte] for byte in (" " + word).encode()]
        while len(parts) > 1:
            merge = (parts[0], parts[1])
            if merge not in merges:
                merges.append(merge)
                vocabulary.append("".join(merge))
            parts[:2] = ["".join(merge)]
    special = ["<|endoftext|>", "<|startoftranscript|>"] + ["<|%s|>" % code for code in languages]
    special += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    times = ["<|%.2f|>" % (step * 0.02) for step in range(1501)]
    words = list(dict.fromkeys(vocabulary))
    words += [letters[32] + "ord%d" % number for number in range(TEXT_TOKENS - 1 - len(words))]
    # CTranslate2 tells a model of several languages by its empty token.
    words.append("")
    times = ["<|%.2f|>" % (step * 0.02) for step in range(1501)]
    words = list(dict.fromkeys(vocabulary))
    words += [letters[32] + "ord%d" % number for number in range(TEXT_TOKENS - 1 - len(words))]
    # CTranslate2 tells a model of several languages by its empty token.
    words.append("")
    # Engines tell a model of several languages by its size, too.
    special += ["<|unused%d|>" % number for number in range(TOKENS - len(words) - len(special) - len(times))]
    vocabulary = words + special + times
    ids = {token: number for number, token in enumerate(vocabulary)}

    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocab={token: ids[token] for token in words}, merges=merges))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens([tokenizers.AddedToken(token, special=True, normalized=False) for token in special])
    tokenizer.add_tokens([tokenizers.AddedToken(token, special=False, normalized=False) for token in times])
    assert all(tokenizer.token_to_id(token) == ids[token] for token in special + times)

    spec = whisper_spec.WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)

    def linear(layer, rows, columns):
        layer.weight, layer.bias = random(rng, rows, columns), np.zeros(rows, np.float32)

    def norm(layer):
        layer.gamma, layer.beta = np.ones(STATE, np.float32), np.zeros(STATE, np.float32)

    def attention(layer, is_self):
        norm(layer.layer_norm)
        if is_self:
            linear(layer.linear[0], 3 * STATE, STATE)
        else:
            linear(layer.linear[0], STATE, STATE)
            linear(layer.linear[1], 2 * STATE, STATE)
        linear(layer.linear[-1], STATE, STATE)

    def feed_forward(layer):
        norm(layer.layer_norm)
        linear(layer.linear_0, 4 * STATE, STATE)
        linear(layer.linear_1, STATE, 4 * STATE)

    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = random(rng, STATE, MELS, 3, scale=0.06), np.zeros(STATE, np.float32)
    encoder.conv2.weight, encoder.conv2.bias = random(rng, STATE, STATE, 3, scale=0.1), np.zeros(STATE, np.float32)
    encoder.position_encodings.encodings = sinusoids(AUDIO, STATE)
    norm(encoder.layer_norm)
    for layer in encoder.layer:
        attention(layer.self_attention, True)
        feed_forward(layer.ffn)
    decoder.embeddings.weight = embeddings(rng, ids["<|endoftext|>"])
    decoder.position_encodings.encodings = random(rng, TEXT, STATE, scale=0.3)
    norm(decoder.layer_norm)
    decoder.layer_norm.beta = ENDING
    decoder.projection.weight = decoder.embeddings.weight
    for layer in decoder.layer:
        attention(layer.self_attention, True)
        attention(layer.attention, False)
        feed_forward(layer.ffn)
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [ids["<|endoftext|>"]]
    spec.config.lang_ids = [ids["<|%s|>" % code] for code in languages]
    spec.config.alignment_heads = [(layer, head) for layer in range(LAYERS) for head in range(HEADS)]
    spec.validate()
    spec.optimize()
    os.makedirs(folder, exist_ok=True)
    spec.save(folder)
    tokenizer.save(os.path.join(folder, "tokenizer.json"))
    with open(os.path.join(folder, "preprocessor_config.json"), "w") as file:
        json.dump({"feature_size": MELS, "sampling_rate": 16000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}, file)


def mel_filters():
    """Triangles on Slaney's scale, as Whisper has them."""
    def to_mel(hertz):
        return np.where(hertz < 1000, hertz * 3 / 200, 15 + np.log(np.maximum(hertz, 1e-9) / 1000) * 27 / np.log(6.4))

    def to_hertz(mel):
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))

    edges = to_hertz(np.linspace(0, to_mel(np.array(8000.0)), MELS + 2))
    bins = np.linspace(0, 8000, 201)
    filters = np.maximum(0, np.minimum((bins - edges[:-2, None]) / np.diff(edges)[:-1, None], (edges[2:, None] - bins) / np.diff(edges)[1:, None]))
    return (filters * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def write_ggml(path):
    rng = np.random.default_rng(1)
    with open(path, "wb") as file:
        file.write(struct.pack("<i", 0x67676D6C))
        file.write(struct.pack("<11i", TOKENS, AUDIO, STATE, HEADS, LAYERS, TEXT, STATE, HEADS, LAYERS, MELS, 1))
        filters = mel_filters()
        file.write(struct.pack("<2i", *filters.shape) + filters.tobytes())
        tokens = [bytes([byte]) for byte in range(256)] + [(" ord%d" % number).encode() for number in range(TEXT_TOKENS - 256)]
        file.write(struct.pack("<i", len(tokens)))
        for token in tokens:
            file.write(struct.pack("<I", len(token)) + token)

        def tensor(name, data, half=False):
            data = np.ascontiguousarray(data, np.float16 if half else np.float32)
            encoded = name.encode()
            file.write(struct.pack("<3i", data.ndim, len(encoded), 1 if half else 0))
            file.write(struct.pack("<%di" % data.ndim, *reversed(data.shape)) + encoded + data.tobytes())

        def linear(name, rows, columns, bias=True):
            tensor(name + ".weight", random(rng, rows, columns), half=True)
            if bias:
                tensor(name + ".bias", np.zeros(rows))

        def norm(name):
            tensor(name + ".weight", np.ones(STATE))
            tensor(name + ".bias", np.zeros(STATE))

        def attention(name):
            for part in ("query", "key", "value", "out"):
                linear("%s.%s" % (name, part), STATE, STATE, bias=part != "key")

        tensor("encoder.positional_embedding", sinusoids(AUDIO, STATE))
        for number, inputs in ((1, MELS), (2, STATE)):
            tensor("encoder.conv%d.weight" % number, random(rng, STATE, inputs, 3, scale=0.08), half=True)
            tensor("encoder.conv%d.bias" % number, np.zeros((STATE, 1)))
        norm("encoder.ln_post")
        tensor("decoder.positional_embedding", random(rng, TEXT, STATE, scale=0.3))
        tensor("decoder.token_embedding.weight", embeddings(rng, TEXT_TOKENS), half=True)
        tensor("decoder.ln.weight", np.ones(STATE))
        tensor("decoder.ln.bias", ENDING)
        for side in ("encoder", "decoder"):
            for layer in range(LAYERS):
                name = "%s.blocks.%d" % (side, layer)
                for part in ["attn"] + (["cross_attn"] if side == "decoder" else []):
                    norm("%s.%s_ln" % (name, part))
                    attention("%s.%s" % (name, part))
                norm(name + ".mlp_ln")
                linear(name + ".mlp.0", 4 * STATE, STATE)
                linear(name + ".mlp.2", STATE, 4 * STATE)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("ct2", "ggml"):
        sys.exit(__doc__)
    {"ct2": write_ct2, "ggml": write_ggml}[sys.argv[1]](sys.argv[2])
