# Lets LLVM's own lit run these tests; nest-lit reads nest-lit.json alone.
#
# NEST_TOOLS_DIR   folder with the built tools (nest-opt, nest-check, ...); else they must be in PATH
# NEST_FILECHECK   the FileCheck to use; else FileCheck or FileCheck-19 in PATH
# NEST_LIT_OUTPUT  folder for temporary files; else one in the system's folder for them

import json
import os
import shutil
import tempfile

import lit.formats

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "nest-lit.json"), encoding="utf-8") as f:
    settings = json.load(f)

config.name = settings["name"]
config.suffixes = settings["suffixes"]
config.excludes = settings["excludes"]
config.test_format = lit.formats.ShTest(execute_external=False)
config.test_source_root = here
config.test_exec_root = os.environ.get("NEST_LIT_OUTPUT") or os.path.join(tempfile.gettempdir(), "nest-lit-output")
config.available_features.update(settings["features"])
config.substitutions.extend(settings.get("substitutions", {}).items())

folders = []
if os.environ.get("NEST_TOOLS_DIR"):
    folders.append(os.path.abspath(os.environ["NEST_TOOLS_DIR"]))
filecheck = os.environ.get("NEST_FILECHECK") or shutil.which("FileCheck") or shutil.which("FileCheck-19")
if filecheck:
    # not, count and split-file stand beside the real file.
    folders.append(os.path.dirname(os.path.realpath(filecheck)))
else:
    lit_config.warning("no FileCheck found: set NEST_FILECHECK")
config.environment["PATH"] = os.pathsep.join(folders + [os.environ.get("PATH", "")])
for name in ("DOTNET_ROOT", "DOTNET_CLI_HOME", "HOME"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
