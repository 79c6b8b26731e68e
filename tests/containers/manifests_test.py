#!/usr/bin/env python3
"""The manifests fit together, and the environment in them is one that svcd takes.

usage: manifests_test.py PACKAGING SVCCTL MODULE
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    print("skipped: no python3-yaml")
    sys.exit(77)


def load(folder):
    documents = {}
    for path in glob.glob(os.path.join(folder, "kubernetes", "*.yaml")):
        with open(path, encoding="utf-8") as file:
            document = yaml.safe_load(file)
        documents[document["kind"]] = document
    return documents


def settings(svcctl, module, text):
    """The configuration as svcctl resolves it."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "production.toml")
        with open(path, "w", encoding="utf-8") as file:
            for ours in ("orders.so", "demo.so"):
                text = text.replace(f'"{ours}"', f'"{module}"')
            file.write(text)
        done = subprocess.run([svcctl, "-c", path, "config", "show", "--json"], capture_output=True,
                              text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        rows = json.loads(done.stdout)["settings"].items()
        return {path: row["value"] for path, row in rows}


def port_of(address):
    return int(address.rsplit(":", 1)[1])


def main():
    packaging, svcctl, module = sys.argv[1:]
    kinds = load(packaging)
    assert sorted(kinds) == ["ConfigMap", "Deployment", "PodDisruptionBudget", "Service"], sorted(kinds)
    template = kinds["Deployment"]["spec"]["template"]
    labels, pod = template["metadata"]["labels"], template["spec"]
    container = pod["containers"][0]

    for selector in (kinds["Deployment"]["spec"]["selector"]["matchLabels"],
                     kinds["Service"]["spec"]["selector"],
                     kinds["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"]):
        assert selector.items() <= labels.items(), selector

    variables = {row["name"]: row["value"] for row in container["env"]}
    environment = kinds["ConfigMap"]["data"][variables["SVCD_ENVIRONMENT"] + ".toml"]
    values = settings(svcctl, module, environment)
    listened = {port_of(address["address"]) for path, value in values.items() if path.endswith(".listen")
                for address in value}
    ports = {row["name"]: row["containerPort"] for row in container["ports"]}
    assert set(ports.values()) == listened, (ports, listened)
    assert template["metadata"]["annotations"]["prometheus.io/port"] == str(ports["admin"])
    assert kinds["Service"]["spec"]["ports"][0]["targetPort"] in ports
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] == "admin", probe

    names = {volume["name"]: volume for volume in pod["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == set(names)
    assert names["environment"]["configMap"]["name"] == kinds["ConfigMap"]["metadata"]["name"]

    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    longest = int(values["service.orders.graceful_timeout"].removesuffix("s"))
    assert pod["terminationGracePeriodSeconds"] >= pause + longest, (pause, longest)

    with open(os.path.join(packaging, "docker", "container.toml"), encoding="utf-8") as file:
        assert "service.demo.listen" in settings(svcctl, module, file.read())


main()
