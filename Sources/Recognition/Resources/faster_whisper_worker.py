"""Ordrett's worker around faster-whisper: one process for a batch, JSON lines on standard input and output.

Requests have an integer `id` and an `op`; every answer carries the id of its request.

    {"id": 1, "op": "load", "model": FOLDER, "device": "cpu", "compute_type": "int8", "threads": 4}
    {"id": 2, "op": "transcribe", "wav": FILE, "language": "no", "beam_size": 5, "prompt": null, "hotwords": null,
     "hallucination_silence": null}

    {"event": "ready", "protocol": 1, "faster_whisper": …, "ctranslate2": …, "python": …}
    {"id": 1, "event": "loaded"}
    {"id": 2, "event": "progress", "fraction": 0.4}
    {"id": 2, "event": "words", "words": [{"word": …, "start": …, "end": …, "probability": …}]}
    {"id": 2, "event": "done", "wav": NAME, "language": "no", "duration": SECONDS}
    {"id": 2, "event": "error", "kind": "model" | "audio" | "memory" | "request" | "internal", "type": EXCEPTION}

Nothing that was heard is written anywhere but in `words` events: errors name the type of an exception, never its text.
The worker never uses the network.
"""
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

PROTOCOL = 1

# Answers go to the real standard output; what libraries print there goes to standard error.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)


def silent_hook(kind, _value, _trace):
    sys.stderr.write("worker: %s\n" % kind.__name__)


sys.excepthook = silent_hook


def answer(**fields):
    answers.write(json.dumps(fields, ensure_ascii=False, allow_nan=False) + "\n")
    answers.flush()


class Fault(Exception):
    def __init__(self, kind, cause):
        super().__init__(kind)
        self.kind = kind
        self.cause = cause


class Worker:
    def __init__(self):
        self.model = None

    def load(self, request):
        from faster_whisper import WhisperModel

        folder = request["model"]
        # Without its own tokenizer the library would ask the network for one.
        for name in ("model.bin", "config.json", "tokenizer.json"):
            if not os.path.isfile(os.path.join(folder, name)):
                raise Fault("model", "no-" + name)
        try:
            self.model = WhisperModel(
                folder, device=request.get("device") or "cpu", compute_type=request.get("compute_type") or "int8",
                cpu_threads=int(request.get("threads") or 0), num_workers=1, local_files_only=True)
        except MemoryError:
            raise
        except Exception as error:
            raise Fault("model", type(error).__name__) from None
        answer(id=request["id"], event="loaded")

    def transcribe(self, request):
        import ctranslate2

        if self.model is None:
            raise Fault("request", "not-loaded")
        if request.get("language") not in ("no", "nn"):
            raise Fault("request", "language")
        # The fallback to higher temperatures draws lots: the same ones for every piece.
        ctranslate2.set_random_seed(1)
        try:
            segments, info = self.model.transcribe(
                request["wav"], language=request["language"], task="transcribe", beam_size=int(request.get("beam_size") or 5),
                word_timestamps=True, vad_filter=False, condition_on_previous_text=False,
                initial_prompt=request.get("prompt"), hotwords=request.get("hotwords"),
                hallucination_silence_threshold=request.get("hallucination_silence"))
        except (OSError, ValueError) as error:
            raise Fault("audio", type(error).__name__) from None
        number = request["id"]
        duration = max(info.duration, 1e-6)
        for segment in segments:
            words = [
                {"word": word.word, "start": round(float(word.start), 3), "end": round(float(word.end), 3),
                 "probability": round(float(word.probability), 4)}
                for word in segment.words or []
            ]
            # A segment the aligner found no words in still says what was heard.
            if not words and segment.text.strip():
                words = [{"word": segment.text, "start": round(float(segment.start), 3), "end": round(float(segment.end), 3)}]
            answer(id=number, event="words", words=words)
            answer(id=number, event="progress", fraction=min(1.0, segment.end / duration))
        answer(id=number, event="done", wav=os.path.basename(request["wav"]), language=info.language, duration=info.duration)


def main():
    try:
        import ctranslate2
        import faster_whisper
    except Exception as error:
        answer(event="missing", type=type(error).__name__)
        return 3
    answer(event="ready", protocol=PROTOCOL, faster_whisper=faster_whisper.__version__, ctranslate2=ctranslate2.__version__,
           python="%d.%d.%d" % sys.version_info[:3])
    worker = Worker()
    for line in sys.stdin.buffer:
        number = None
        try:
            request = json.loads(line)
            number = request["id"]
            operation = {"load": worker.load, "transcribe": worker.transcribe}.get(request["op"])
            if operation is None:
                raise Fault("request", "op")
            operation(request)
        except Fault as fault:
            answer(id=number, event="error", kind=fault.kind, type=fault.cause)
        except MemoryError:
            answer(id=number, event="error", kind="memory", type="MemoryError")
        except Exception as error:
            answer(id=number, event="error", kind="internal", type=type(error).__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
