"""Everything that Makefile, Dockerfile, compose file and CI name exists: commands, files, variables, packages.

No container engine runs here, so this is what can be proved about them.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from deploy.services import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OWN = [name for name, service in SERVICES.items() if "build" in service]
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
CI_SCRIPT = (ROOT / ".ci/run").read_text()
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
EXACT_IMAGE = re.compile(r"[a-z/]+:\d+\.\d+(\.\d+)?-[a-z0-9-]+")


def dockerfile_instructions():
    """(stage number, instruction, rest) with continued lines joined and comments left out."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    stage = -1
    for line in filter(None, map(str.strip, text.splitlines())):
        instruction, _, rest = line.partition(" ")
        stage += instruction == "FROM"
        yield stage, instruction, rest.strip()


def has_compose():
    """Whether the client of the container engine has the compose command; no engine need run."""
    if not shutil.which("docker"):
        return False
    return subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0


def check_command(words):
    """A ``python ...`` command line starts something that exists and takes these arguments."""
    assert words[0].endswith("python"), words
    if words[1] == "-m":
        assert importlib.util.find_spec(words[2]), words
    else:
        assert words[1] == "manage.py"
        assert (ROOT / words[1]).is_file()
        app = get_commands()[words[2]]
        command = load_command_class(app, words[2]) if isinstance(app, str) else app
        command.create_parser("manage.py", words[2]).parse_args(words[3:])
    for word in words:
        if word.endswith((".py", ".txt")):
            assert (ROOT / word).is_file(), words


# --- Compose ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OWN)
def test_what_containers_run_exists(name):
    service = SERVICES[name]
    if "command" in service:
        check_command(service["command"])
    test = service.get("healthcheck", {}).get("test")
    if test:
        assert test[0] == "CMD"
        check_command(test[1:])


def test_every_part_of_the_service_has_its_container():
    assert set(SERVICES) == {"web", "worker", "worker-ocr", "scheduler", "migrate", "postgres", "valkey"}


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_containers_start_again_and_say_how_they_are(name):
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    own_image = [rest for _, instruction, rest in dockerfile_instructions() if instruction == "HEALTHCHECK"]
    assert "healthcheck" in service or (name == "web" and own_image)


def test_the_migration_runs_once_and_before_the_rest():
    assert SERVICES["migrate"]["restart"] == "no"
    for name in set(OWN) - {"migrate"}:
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        for server in ("postgres", "valkey"):
            assert SERVICES[name]["depends_on"][server]["condition"] == "service_healthy"


def test_servers_keep_their_data_in_named_volumes():
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"]
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert int(SERVICES["postgres"]["image"].split(":")[1].split(".")[0]) >= 17


def test_containers_read_only_variables_that_exist():
    read = (ROOT / "config/settings.py").read_text() + (ROOT / "deploy/gunicorn_config.py").read_text()
    for name in OWN:
        for variable in SERVICES[name]["environment"]:
            assert f'"{variable}"' in read, variable


def test_variables_that_compose_asks_for_are_documented():
    documented = (ROOT / ".env.example").read_text() + (ROOT / "docker-compose.yml").read_text().split("\nx-app")[0]
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    missing = {name for name in asked - {"BIND", "PORT"} if f"{name}=" not in documented}
    assert not missing


def test_images_are_pinned_exactly():
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    images += [service["image"] for service in WORKFLOW["jobs"]["check"]["services"].values()]
    images += [rest.split()[0] for _, instruction, rest in dockerfile_instructions() if instruction == "FROM"]
    for image in images:
        assert EXACT_IMAGE.fullmatch(image), image


@pytest.mark.skipif(not has_compose(), reason="no `docker compose` here")
def test_compose_itself_accepts_the_file():
    secrets = {"SECRET_KEY": "k" * 50, "POSTGRES_PASSWORD": "p"}
    for given, accepted in ((secrets, True), ({}, False)):
        environment = {name: value for name, value in os.environ.items() if name not in secrets} | given
        command = ["docker", "compose", "--env-file", os.devnull, "config", "--quiet"]
        result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
        assert (result.returncode == 0) is accepted, result.stderr


# --- Dockerfile ------------------------------------------------------------------------------------------------------


def ignored(path):
    """Whether ``.dockerignore`` keeps ``path`` (relative) out of the image."""
    patterns = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    return any(
        Path(path).match(pattern.removeprefix("**/")) if pattern.startswith("**/") else path.split("/")[0] == pattern
        for pattern in patterns
    )


def test_the_dockerfile_copies_only_what_exists():
    stages = [
        rest.split()[2]
        for _, instruction, rest in dockerfile_instructions()
        if instruction == "FROM" and " AS " in rest
    ]
    for _, instruction, rest in dockerfile_instructions():
        if instruction != "COPY":
            continue
        words = rest.split()
        if words[0].startswith("--from="):
            assert words[0].removeprefix("--from=") in stages
        else:
            for source in words[:-1]:
                assert (ROOT / source).exists()
                assert not ignored(source)


def test_the_image_holds_every_room_and_no_secret():
    rooms = {path.parent.name for path in ROOT.glob("[a-z]*/*.py")} - {"var"}
    left_out = {room for room in rooms if ignored(room)}
    assert left_out <= {"tests", "benchmarks", "evaluation", "training"}
    for secret in (".env", "var", ".git"):
        assert ignored(secret)


def test_the_final_stage_has_no_compiler_and_no_root():
    instructions = list(dockerfile_instructions())
    last = instructions[-1][0]
    final = [(instruction, rest) for stage, instruction, rest in instructions if stage == last]
    assert last >= 1
    assert not any(re.search(r"gcc|build-essential|-dev\b|apt-get|pip install", rest) for _, rest in final)
    user = [rest for instruction, rest in final if instruction == "USER"][-1]
    assert user.split(":")[0] not in ("0", "root")
    assert {"HEALTHCHECK", "CMD", "EXPOSE"} <= {instruction for instruction, _ in final}


def test_the_image_starts_and_checks_what_exists():
    for _, instruction, rest in dockerfile_instructions():
        if instruction in ("CMD", "HEALTHCHECK"):
            check_command(yaml.safe_load(rest[rest.index("[") :]))


def test_the_dockerfile_passes_its_linter():
    result = subprocess.run(
        [ROOT / ".venv/bin/hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


# --- Makefile --------------------------------------------------------------------------------------------------------

TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def make(*arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_target_runs_exists(target):
    for line in make("--dry-run", target, "ARGS=check").splitlines():
        words = [word for word in shlex.split(line) if "=" not in word.split("/")[0] and word != "exec"]
        if words[:2] == ["sh", "deploy/python.sh"]:
            assert (ROOT / words[2]).is_file()
            assert (ROOT / "requirements" / f"{words[3]}.txt").is_file()
        elif words[0] == ".venv/bin/python" and words[1] != "-c":
            assert importlib.util.find_spec(words[2]) if words[1] == "-m" else (ROOT / words[1]).is_file()
        else:
            assert shutil.which(words[0], path=f"{os.environ['PATH']}:{ROOT}") or (ROOT / words[0]).exists(), line


def test_help_is_the_default_and_lists_every_target():
    text = make()
    assert text == make("help")
    assert {"run", "install", "test", "lint", "format", "check", "help", "requirements"} <= set(TARGETS)
    for target in TARGETS:
        assert f"  make {target} " in text


# --- CI --------------------------------------------------------------------------------------------------------------


def test_the_workflow_runs_the_same_script():
    job = WORKFLOW["jobs"]["check"]
    scripts = [step["run"] for step in job["steps"] if "run" in step]
    assert scripts == [".ci/run"]
    assert (ROOT / ".ci/run").stat().st_mode & stat.S_IXUSR
    assert job["timeout-minutes"] <= 15
    hosts = {re.search(r"@?([a-z]+):\d+/", url)[1] for url in (job["env"]["DATABASE_URL"], job["env"]["REDIS_URL"])}
    assert hosts == set(job["services"])


def test_the_script_runs_targets_that_exist():
    assert set(re.findall(r"^make (\S+)$", CI_SCRIPT, re.MULTILINE)) == {"lint", "test"}
    subprocess.run(["sh", "-n", ROOT / ".ci/run"], check=True)


@pytest.mark.skipif(not shutil.which("apt-cache"), reason="no Debian packages here")
def test_the_packages_that_the_script_installs_exist():
    packages = re.search(r'^PACKAGES="(.*)"$', CI_SCRIPT, re.MULTILINE)[1].split()
    command = ["apt-cache", "show", "--no-all-versions", *packages]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if not found.stdout:
        pytest.skip("the package lists were not fetched (apt-get update)")
    assert set(re.findall(r"^Package: (\S+)$", found.stdout, re.MULTILINE)) == set(packages)


# --- Requirements ----------------------------------------------------------------------------------------------------


def pins(path):
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[.*?\])?==(\S+)", path.read_text(), re.MULTILINE))


def named(path):
    """Names in a ``.in`` file and in those that it includes."""
    names = set()
    for line in path.read_text().splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("-r "):
            names |= named(path.parent / line[3:].strip())
        elif line:
            names.add(re.match(r"[a-zA-Z0-9._-]+", line)[0].lower().replace("_", "-").replace(".", "-"))
    return names


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_are_pinned_with_hashes_and_name_no_index(path):
    text = path.read_text()
    blocks = re.findall(r"^[a-z0-9].*(?:\\\n .*)+", text, re.MULTILINE)
    assert len(blocks) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))
    assert all("==" in block and "--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index-url" not in text
    assert named(path.with_suffix(".in")) <= set(pins(path))


def test_all_requirement_files_agree():
    everything = pins(ROOT / "requirements/dev.txt")
    for path in REQUIREMENTS:
        assert pins(path).items() <= everything.items(), path.name


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.in")), ids=lambda path: path.name)
def test_every_requirement_has_a_reason(path):
    for line in path.read_text().splitlines():
        assert not line or line.startswith(("#", "-r ")) or re.search(r"\s# \w", line), line
