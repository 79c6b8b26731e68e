"use strict";
// Shows the service's OpenAPI document. Everything from it is put in as text, never as markup.
const METHODS = ["get", "head", "post", "put", "patch", "delete", "options"];
const SOURCE = document.querySelector('meta[name="openapi"]').content;
let api = {};

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function resolve(schema) {
  const name = schema && schema.$ref && schema.$ref.split("/").pop();
  return name ? api.components.schemas[name] : schema || {};
}

// A schema in few words: "string, 1 to 32 characters", "Order[]", "integer or null".
function words(schema) {
  if (!schema) return "any";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(words).join(" or ");
  if (schema.type === "array") return words(schema.items) + "[]";
  if (schema.additionalProperties) return "map of " + words(schema.additionalProperties);
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : schema.type || "any";
  const rules = [];
  if (schema.format) rules.push(schema.format);
  if (schema.enum) rules.push("one of " + schema.enum.join(", "));
  const limits = { minimum: "≥ ", maximum: "≤ ", exclusiveMinimum: "> ", exclusiveMaximum: "< ",
    minLength: "length ≥ ", maxLength: "length ≤ ", pattern: "matches ", const: "= " };
  for (const [key, sign] of Object.entries(limits)) {
    if (schema[key] !== undefined) rules.push(sign + schema[key]);
  }
  if (schema.default !== undefined) rules.push("default " + JSON.stringify(schema.default));
  return [type, ...rules].join(", ");
}

function tableOf(head, rows) {
  return make("table", {},
    make("tr", {}, ...head.map((text) => make("th", {}, text))),
    ...rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, cell)))));
}

function schemaTable(schema) {
  const required = schema.required || [];
  const rows = Object.entries(schema.properties || {}).map(([name, member]) => [
    make("code", {}, name), words(member),
    (required.includes(name) ? "required. " : "") + (member.description || "")]);
  return rows.length ? tableOf(["name", "type", ""], rows) : make("p", {}, words(schema));
}

function contentBlock(content) {
  const blocks = [];
  for (const [type, media] of Object.entries(content || {})) {
    blocks.push(make("p", { class: "dim" }, type + " — " + words(media.schema)));
    const schema = media.schema && resolve(media.schema);
    if (schema && schema.properties) blocks.push(schemaTable(schema));
    if (media.example !== undefined) {
      blocks.push(make("pre", {}, JSON.stringify(media.example, null, 2)));
    }
  }
  return blocks;
}

function showOperation(path, method, operation) {
  const parameters = (operation.parameters || []).map((parameter) => [
    make("code", {}, parameter.name), parameter.in, words(parameter.schema),
    (parameter.required ? "required. " : "") + (parameter.description || "")]);
  const inside = make("div");
  const details = make("details", { id: operation.operationId,
    class: operation.deprecated ? "operation deprecated" : "operation",
    "data-text": [method, path, operation.summary, ...(operation.tags || [])].join(" ").toLowerCase(),
    ontoggle: () => { if (details.open && !inside.hasChildNodes()) fill(); } },
    make("summary", {}, make("span", { class: "method " + method }, method),
      make("span", { class: "path" }, path), " ",
      make("span", { class: "dim" }, operation.summary || "")), inside);
  function fill() {
    inside.append(...[
      operation.description ? make("p", { class: "text" }, operation.description) : null,
      operation.security ? make("p", { class: "dim" }, "Needs credentials: "
        + operation.security.map((each) => Object.keys(each).join(" and ") || "none").join(" or "))
        : null,
      parameters.length ? make("h3", {}, "Parameters") : null,
      parameters.length ? tableOf(["name", "in", "type", ""], parameters) : null,
      operation.requestBody ? make("h3", {}, "Body") : null,
      ...contentBlock((operation.requestBody || {}).content),
      make("h3", {}, "Answers"),
      tableOf(["status", "", ""], Object.entries(operation.responses || {}).map(
        ([status, answer]) => [make("code", {}, status), answer.description,
          Object.entries(answer.content || {}).map(
            ([type, media]) => type + " — " + words(media.schema)).join("; ")])),
      tryOut(path, method, operation)].filter((child) => child !== null));
  }
  return details;
}

function show() {
  document.title = api.info.title;
  document.getElementById("title").textContent = api.info.title;
  document.getElementById("about").replaceChildren(
    make("span", { class: "dim" }, "Version " + api.info.version + " · "),
    make("a", { href: SOURCE }, "openapi.json"),
    make("span", { class: "text" }, api.info.description ? "\n" + api.info.description : ""));
  const groups = new Map((api.tags || []).map((tag) => [tag.name, []]));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS) {
      if (!item[method]) continue;
      const tag = (item[method].tags || [""])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(showOperation(path, method, item[method]));
    }
  }
  const main = document.getElementById("operations");
  for (const [tag, operations] of groups) {
    if (!operations.length) continue;
    const about = (api.tags || []).find((known) => known.name === tag);
    main.append(make("section", {}, make("h2", {}, tag || (groups.size > 1 ? "Other" : "Operations")),
      about && about.description ? make("p", {}, about.description) : null, ...operations));
  }
  const schemas = Object.entries((api.components || {}).schemas || {});
  document.getElementById("schemas").append(make("h2", {}, "Schemas"),
    ...schemas.map(([name, schema]) => make("details", { class: "schema", id: "schema-" + name },
      make("summary", {}, make("code", {}, name)),
      make("div", {}, schema.description ? make("p", {}, schema.description) : null,
        schemaTable(schema)))));
  const chosen = location.hash && document.getElementById(location.hash.slice(1));
  if (chosen) chosen.open = true;
}

document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const operation of document.querySelectorAll(".operation")) {
    operation.hidden = !operation.dataset.text.includes(wanted);
  }
});

fetch(SOURCE).then((answer) => {
  if (!answer.ok) throw new Error(SOURCE + ": " + answer.status);
  return answer.json();
}).then((document_) => { api = document_; show(); }).catch((error) => {
  document.getElementById("about").textContent = String(error);
});
