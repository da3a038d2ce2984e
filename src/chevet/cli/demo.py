"""`chevet demo`: the main job from end to end, on people who do not exist, with the commands a user would type."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option
from chevet.cohort.definition import parse
from chevet.cohort.index import CohortIndex
from chevet.errors import BadInput
from chevet.store import bits
from chevet.store.lake import Lake

STUDY = "madeup"
LUNG = "diagnosis under LUAD"

# Whose page is shown: the first patient of the first of these that anyone meets.
_WORTH_A_PAGE = (
    'diagnosis under LUAD and mutated(EGFR, "L858R") and treated("osimertinib") and stage = IV',
    "diagnosis under LUAD and tested(EGFR)",
    "all",
)

# A tumour that nobody has: a lung cancer whose EGFR inhibitor stopped working, and why.
CASE = {
    "case_id": "made-up", "diagnosis": {"oncotree": "LUAD"}, "jurisdiction": "EU",
    "clinical": {"extent": "metastatic", "line": 2, "prior_therapies": ["gefitinib"], "progressed_on": ["gefitinib"]},
    "alterations": [
        {"type": "variant", "gene": "EGFR", "protein_change": "L858R", "vaf": 0.31, "origin": "somatic"},
        {"type": "variant", "gene": "EGFR", "protein_change": "T790M", "vaf": 0.14, "origin": "somatic"},
        {"type": "variant", "gene": "TP53", "protein_change": "R273H", "vaf": 0.35, "origin": "somatic"},
    ],
    "tested_genes": ["EGFR", "TP53", "KRAS", "BRAF", "MET", "ERBB2"],
}  # fmt: skip
_MADE = ("answers", "pages", "consultation", "targets", "release")

_SAYS = {
    "cohort": {"en": "A made-up cohort of {patients:,} people who do not exist",
               "fr": "Une cohorte inventée de {patients:,} personnes qui n'existent pas"},
    "import": {"en": "Bring it in as a study: checked, versioned, indexed",
               "fr": "L'importer comme étude : vérifiée, versionnée, indexée"},
    "genes": {"en": "Which genes are altered in lung adenocarcinoma, among those tested?",
              "fr": "Quels gènes sont altérés dans l'adénocarcinome pulmonaire, parmi les testés ?"},
    "survival": {"en": "How long do these patients live, by stage?",
                 "fr": "Combien de temps vivent ces patients, selon le stade ?"},
    "cooccurrence": {"en": "Which alterations go together, and which exclude each other?",
                     "fr": "Quelles altérations vont ensemble, lesquelles s'excluent ?"},
    "page": {"en": "One patient's page for a tumour board, in both languages",
             "fr": "La page d'un patient pour la réunion de concertation, dans les deux langues"},
    "consult": {"en": "From a tumour's file to what may be given, what must not, and what is not known",
                "fr": "Du fichier d'une tumeur à ce qu'on peut donner, ce qu'il ne faut pas, et ce qu'on ne sait pas"},
    "targets": {"en": "Which genes of these patients to look at first as targets, and why; one of them on paper",
                "fr": "Quels gènes de ces patients regarder d'abord comme cibles, et pourquoi ; l'un d'eux sur papier"},
    "release": {"en": "A table that may leave: its policy drafted, anonymised, verified, with a dossier to sign",
                "fr": "Un extrait qui peut sortir : politique ébauchée, anonymisé, vérifié, avec un dossier à signer"},
    "ledger": {"en": "Everything that was done is in the ledger, and nothing was changed since",
               "fr": "Tout ce qui a été fait est au registre, et rien n'a changé depuis"},
    "done": {"en": "Done in {seconds:.0f} seconds. What was made:",
             "fr": "Terminé en {seconds:.0f} secondes. Ce qui a été fait :"},
    "try": {"en": "What to try next:", "fr": "Que tenter ensuite :"},
    "none": {"en": "Nothing here describes a real person.", "fr": "Rien ici ne décrit une personne réelle."},
}  # fmt: skip


@dataclass
class Stage:
    """Where the demo plays: runs commands of the same program and keeps what they made and how long they took."""

    root: click.Command
    out: Path
    lang: Lang
    quiet: bool
    began: float = field(default_factory=time.monotonic)
    steps: list[dict[str, Any]] = field(default_factory=list)
    said: int = 0

    def say(self, key: str, **values: object) -> None:
        self.said += 1
        click.echo(f"\n{self.said}. {_SAYS[key][self.lang].format(**values)}", err=self.quiet)

    def run(self, *words: str) -> None:
        """Show the command, then run it in this process, as if it had been typed."""
        command = shlex.join(("chevet", *words))
        click.echo(f"$ {command}", err=self.quiet)
        began = time.monotonic()
        with _aside() if self.quiet else contextlib.nullcontext():
            self.root.main(args=list(words), prog_name="chevet", standalone_mode=False)
        self.steps.append({"command": command, "seconds": round(time.monotonic() - began, 1)})


@contextlib.contextmanager
def _aside() -> Iterator[None]:
    """With --json standard output holds one object: what the steps print goes to standard error."""
    with contextlib.redirect_stdout(sys.stderr):
        yield


@click.command("demo")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for all that is made."
)
@click.option("--patients", type=click.IntRange(100), default=100_000, show_default=True, help="How many to make up.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed makes the same people.")
@lang_option
@json_option
def command(out: Path, patients: int, seed: int, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Make a cohort up and ask it, print a patient's page, a consultation and a target's dossier, make a release.

    All of it stays in the folder --out; studies too, unless CHEVET_HOME says where they lie.
    """
    _make_folders(out)
    os.environ.setdefault("CHEVET_HOME", str((out / "home").resolve()))
    stage = Stage(click.get_current_context().find_root().command, out, lang, quiet=as_json)
    _bring_in(stage, patients, seed)
    _ask(stage)
    patient = _print_a_page(stage)
    _consult(stage)
    _look_for_targets(stage)
    _release(stage)
    stage.say("ledger")
    stage.run("ledger", "verify", *_in(stage.lang))
    made = sorted(str(path) for folder in _MADE for path in (out / folder).iterdir())
    seconds = time.monotonic() - stage.began
    _close(stage, made, patient, seconds)
    return {
        "folder": str(out), "home": os.environ["CHEVET_HOME"], "study": STUDY, "patients": patients,
        "patient": patient, "files": made, "steps": stage.steps, "seconds": round(seconds, 1),
    }  # fmt: skip


def _in(lang: Lang) -> tuple[str, ...]:
    """The language as a command names it; English goes without saying."""
    return () if lang == "en" else ("--lang", lang)


def _make_folders(out: Path) -> None:
    try:
        for name in ("answers", "pages", "consultation"):
            (out / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"{out} cannot be written: {error.strerror}", next_act="Name a folder that you may write to: --out DIR"
        ) from None


def _bring_in(stage: Stage, patients: int, seed: int) -> None:
    folder = str(stage.out / "made-up-cohort")
    stage.say("cohort", patients=patients)
    stage.run("synth", "--patients", str(patients), "--seed", str(seed), "--out", folder)
    stage.say("import")
    stage.run("study", "import", folder, "--as", STUDY, *_in(stage.lang))


def _ask(stage: Stage) -> None:
    for question, words in (
        ("genes", ("--top", "15")),
        ("survival", ("--by", "stage")),
        ("cooccurrence", ("--top", "12")),
    ):
        stage.say(question)
        name = str(stage.out / "answers" / question)
        pictures = ("--svg", f"{name}.svg", "--html", f"{name}.html")
        stage.run("cohort", question, "--study", STUDY, LUNG, *words, *pictures, *_in(stage.lang))


def _print_a_page(stage: Stage) -> str:
    stage.say("page")
    patient = _worth_a_page(Lake.from_environment())
    for lang in ("fr", "en"):
        name = str(stage.out / "pages" / f"{patient}-{lang}")
        files = ("--html", f"{name}.html", "--pdf", f"{name}.pdf")
        stage.run("bedside", "page", "--study", STUDY, "--patient", patient, "--lang", lang, *files)
    return patient


def _consult(stage: Stage) -> None:
    stage.say("consult")
    case = stage.out / "case.json"
    case.write_text(json.dumps(CASE, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    name = str(stage.out / "consultation" / f"consultation-{stage.lang}")
    files = ("--html", f"{name}.html", "--pdf", f"{name}.pdf")
    stage.run("bedside", "consult", str(case), "--jurisdiction", "EU", "--lang", stage.lang, *files)


def _look_for_targets(stage: Stage) -> None:
    stage.say("targets")
    of = ("--study", STUDY, "--where", LUNG, "--out", str(stage.out / "targets"))
    stage.run("targets", "rank", *of, "--top", "5", *_in(stage.lang))
    stage.run("targets", "dossier", "EGFR", *of, *_in(stage.lang))


def _release(stage: Stage) -> None:
    """Anonymise the cohort, once: a release is never written over. Nobody real is in it, so nobody reads the draft."""
    stage.say("release")
    folder, policy = stage.out / "release", stage.out / "policy.toml"
    if not folder.exists():
        policy.unlink(missing_ok=True)
        stage.run("privacy", "policy", "--study", STUDY, "--out", str(policy), *_in(stage.lang))
        policy.write_text(policy.read_text(encoding="utf-8").replace("draft = true", "", 1), encoding="utf-8")
        stage.run("privacy", "anonymise", "--study", STUDY, "--policy", str(policy), "--out", str(folder),
                  *_in(stage.lang))  # fmt: skip
    stage.run("privacy", "check", str(folder), *_in(stage.lang))


def _worth_a_page(lake: Lake) -> str:
    """A made-up patient with something to show."""
    index = CohortIndex.load(lake.open(STUDY).index_dir)
    for text in _WORTH_A_PAGE:
        found = bits.positions(index.evaluate(parse(text)).true, index.n_patients)
        if len(found):
            return str(index.patients[int(found[0])].as_py())
    raise BadInput("the made-up cohort is empty", next_act="Run the demo again with more --patients.")


def _close(stage: Stage, made: Sequence[str], patient: str, seconds: float) -> None:
    def tell(line: str) -> None:
        click.echo(line, err=stage.quiet)

    tell("\n" + _SAYS["done"][stage.lang].format(seconds=seconds))
    for path in made:
        tell(f"  {path}")
    tell("\n" + _SAYS["try"][stage.lang])
    tell(f"  export CHEVET_HOME={shlex.quote(os.environ['CHEVET_HOME'])}")
    for line in (
        f"chevet study show {STUDY}",
        f"""chevet cohort count --study {STUDY} 'diagnosis under LUNG and mutated(EGFR, "L858R")'""",
        f"chevet cohort compare --study {STUDY} 'mutated(TP53)' 'not mutated(TP53)'",
        f"chevet cohort oncoprint --study {STUDY} '{LUNG}' --top 10 --html oncoprint.html",
        "chevet cohort --help",
        f"chevet bedside page --study {STUDY} --patient {patient} --html page.html",
        f"chevet bedside consult {shlex.quote(str(stage.out / 'case.json'))} --jurisdiction FR --lang fr",
        "chevet targets --help",
        f"chevet privacy attack --release {shlex.quote(str(stage.out / 'release'))} --study {STUDY}",
        "chevet room --help",
    ):
        tell(f"  {line}")
    tell("\n" + _SAYS["none"][stage.lang])
