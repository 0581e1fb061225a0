"""A table of checks, and whether any failed."""
import sys, traceback


class Report:
    def __init__(self): self.failed = 0

    def check(self, what, function):
        """Runs a check; what it returns is said beside its name."""
        try:
            said, good = function(), True
        except Exception as error:  # noqa: BLE001  a broken check is a failed one
            said, good = f'{type(error).__name__}: {error}', False
            traceback.print_exc(file=sys.stderr)
        self.failed += not good
        print(f'{"ok  " if good else "FAIL"}  {what:<34} {said or ""}', flush=True)

    def end(self): sys.exit(1 if self.failed else 0)
