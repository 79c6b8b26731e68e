// Sends requests from the page. Behind docs.js, in the same script.
const URL_ENCODED = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";
const TEXTS = { uuid: "3fa85f64-5717-4562-b3fc-2c963f66afa6", "date-time": "2026-01-31T12:00:00Z",
  date: "2026-01-31", time: "12:00:00", duration: "PT1M30S", email: "ann" + "\u0040" + "example.com",
  uri: "https:" + "//example.com/" };

function sampleText(schema) {
  if (schema.const !== undefined) return schema.const;
  if (TEXTS[schema.format]) return TEXTS[schema.format];
  if (schema.contentEncoding === "base64") return "dGV4dA==";
  return "text".padEnd(schema.minLength || 0, "x").slice(0, schema.maxLength || undefined);
}

function sampleNumber(schema) {
  if (schema.exclusiveMinimum !== undefined) {
    const top = schema.maximum !== undefined ? schema.maximum : schema.exclusiveMaximum;
    const next = schema.exclusiveMinimum + 1;
    return top === undefined || next < top ? next : (schema.exclusiveMinimum + top) / 2;
  }
  if (schema.minimum !== undefined) return schema.minimum;
  return Math.min(0, schema.maximum !== undefined ? schema.maximum : 0);
}

// A value that fits, to begin with.
function sample(schema, depth = 0) {
  if (!schema || depth > 6) return null;
  if (schema.examples) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  const full = resolve(schema);
  if (full.anyOf) return sample(full.anyOf[0], depth + 1);
  if (full.enum) return full.enum[0];
  switch (full.type) {
    case "object": {
      const value = {};
      const required = full.required || [];
      for (const [name, member] of Object.entries(full.properties || {})) {
        if (depth > 1 && !required.includes(name)) continue;  // It may contain itself.
        value[name] = sample(member, depth + 1);
      }
      return value;
    }
    case "array":
      return Array(Math.min(full.minItems || 1, 10)).fill(sample(full.items, depth + 1));
    case "string": return sampleText(full);
    case "boolean": return true;
    case "integer": case "number": return sampleNumber(full);
    default: return null;
  }
}

function isFile(schema) {
  return resolve(schema).contentMediaType === "application/octet-stream";
}

// The schema of a form's field: without "or null", a list's element.
function fieldOf(schema) {
  let full = resolve(schema);
  if (full.anyOf) full = resolve(full.anyOf[0]);
  const many = full.type === "array";
  return { many, schema: many ? resolve(full.items) : full, file: isFile(many ? full.items : full) };
}

// Inputs for a form, and how they are sent. Without a schema (svc::Multipart) a field of any name.
function formBody(type, media) {
  const schema = resolve(media.schema);
  const required = schema.required || [];
  const example = media.example || {};
  const fields = Object.entries(schema.properties || { file: null }).map(([name, member]) => {
    const field = member ? fieldOf(member) : { many: true, schema: {}, file: true };
    const input = make("input", { "aria-label": name, type: field.file ? "file" : "text",
      multiple: field.file && field.many, placeholder: words(field.schema) });
    const given = example[name] !== undefined ? example[name]
      : required.includes(name) ? sample(member) : undefined;
    if (!field.file && given !== undefined && given !== null) input.value = String(given);
    return { name, input, ...field };
  });
  function* pairs() {
    for (const { name, input, many, file } of fields) {
      if (file) for (const each of input.files) yield [name, each];
      else if (many && input.value !== "") for (const each of input.value.split(",")) yield [name, each];
      else if (input.value !== "") yield [name, input.value];
    }
  }
  return { element: tableOf(["field", "value"],
      fields.map(({ name, input }) => [make("code", {}, name), input])),
    content() {
      const form = type === MULTIPART ? new FormData() : new URLSearchParams();
      for (const [name, value] of pairs()) form.append(name, value);
      return form;  // With its Content-Type, the boundary included, by the browser.
    } };
}

function textBody(type, media) {
  const element = make("textarea", { "aria-label": "body" });
  if (type !== "*/*") {
    const value = media.example !== undefined ? media.example : sample(media.schema);
    element.value = JSON.stringify(value, null, 2);
  }
  return { element, type: type === "*/*" ? "text/plain" : type, content: () => element.value };
}

function bodyOf(operation) {
  const [type, media] = Object.entries((operation.requestBody || {}).content || {})[0] || [];
  if (!type) return null;
  return type === URL_ENCODED || type === MULTIPART ? formBody(type, media) : textBody(type, media);
}

// UTF-8, as the challenge says.
function basic(user, password) {
  const bytes = new TextEncoder().encode(user + ":" + password);
  return "Basic " + btoa(String.fromCharCode(...bytes));
}

// Inputs for what an operation demands, and what they add to a request. Cookies are the browser's.
function credentialsOf(operation) {
  const schemes = (api.components || {}).securitySchemes || {};
  const names = new Set((operation.security || []).flatMap((each) => Object.keys(each)));
  const field = (label, type) =>
    make("input", { "aria-label": label, placeholder: label, type, autocomplete: "off" });
  return [...names].filter((name) => schemes[name] && schemes[name].in !== "cookie").map((name) => {
    const scheme = schemes[name];
    if (scheme.scheme === "basic") {
      const [user, password] = [field("user", "text"), field("password", "password")];
      return { element: make("p", {}, user, " ", password), add(headers) {
        if (user.value) headers.Authorization = basic(user.value, password.value);
      } };
    }
    const token = field(scheme.scheme === "bearer" ? "token" : name, "password");
    return { element: make("p", {}, token), add(headers, query) {
      if (!token.value) return;
      if (scheme.scheme === "bearer") headers.Authorization = "Bearer " + token.value;
      else if (scheme.in === "query") query.append(scheme.name, token.value);
      else headers[scheme.name || "Authorization"] = token.value;
    } };
  });
}

// Where paths begin: the first server, or the folder of the document; both relative to it.
function root() {
  const place = new URL(SOURCE, location.href);
  const server = ((api.servers || [])[0] || { url: "." }).url;
  return new URL(server, place).href.replace(/\/$/, "");
}

function parametersOf(operation) {
  const fields = (operation.parameters || []).filter((each) => each.in !== "cookie").map(
    (parameter) => ({ parameter, input: make("input",
      { "aria-label": parameter.name, placeholder: words(parameter.schema) }) }));
  function add(target, headers, query) {
    for (const { parameter, input } of fields) {
      if (input.value === "") continue;
      const many = resolve(parameter.schema).type === "array";
      if (parameter.in === "path") {
        target = target.replace("{" + parameter.name + "}", () => encodeURIComponent(input.value));
      } else if (parameter.in === "query") {
        const values = many ? input.value.split(",") : [input.value];
        for (const value of values) query.append(parameter.name, value);
      } else {
        headers[parameter.name] = input.value;
      }
    }
    return target;
  }
  return { fields, add };
}

async function showAnswer(answer, started, result) {
  const received = await answer.text();
  let shown = received;
  try { shown = JSON.stringify(JSON.parse(received), null, 2); } catch { /* No JSON. */ }
  const lines = [...answer.headers].map(([name, value]) => name + ": " + value).join("\n");
  result.replaceChildren(
    make("p", {}, answer.status + " " + answer.statusText + " in "
      + Math.round(performance.now() - started) + " ms"),
    make("pre", { class: "dim" }, lines), make("pre", { class: "answer" }, shown));
}

function tryOut(path, method, operation) {
  const parameters = parametersOf(operation);
  const credentials = credentialsOf(operation);
  const body = bodyOf(operation);
  const result = make("div", { class: "result" });
  async function send() {
    const headers = {};
    const query = new URLSearchParams();
    const target = parameters.add(path, headers, query);
    for (const each of credentials) each.add(headers, query);
    if (body && body.type) headers["Content-Type"] = body.type;
    const text = query.toString();
    const started = performance.now();
    result.replaceChildren("…");
    try {
      const answer = await fetch(root() + target + (text ? "?" + text : ""),
        { method: method.toUpperCase(), headers, body: body ? body.content() : undefined });
      await showAnswer(answer, started, result);
    } catch (error) {
      result.replaceChildren(make("p", {}, String(error)));
    }
  }
  const rows = parameters.fields.map(({ parameter, input }) =>
    [make("code", {}, parameter.name), input]);
  return make("div", {}, make("h3", {}, "Try it"),
    rows.length ? tableOf(["parameter", "value"], rows) : null,
    ...credentials.map((each) => each.element), body && body.element,
    make("button", { onclick: send, class: "send" }, "Send"), result);
}
