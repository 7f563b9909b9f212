// node_modules/@actions/core/lib/command.js
import * as os from "os";

// node_modules/@actions/core/lib/utils.js
function toCommandValue(input) {
  if (input === null || input === void 0) {
    return "";
  } else if (typeof input === "string" || input instanceof String) {
    return input;
  }
  return JSON.stringify(input);
}
function toCommandProperties(annotationProperties) {
  if (!Object.keys(annotationProperties).length) {
    return {};
  }
  return {
    title: annotationProperties.title,
    file: annotationProperties.file,
    line: annotationProperties.startLine,
    endLine: annotationProperties.endLine,
    col: annotationProperties.startColumn,
    endColumn: annotationProperties.endColumn
  };
}

// node_modules/@actions/core/lib/command.js
function issueCommand(command3, properties, message) {
  const cmd = new Command(command3, properties, message);
  process.stdout.write(cmd.toString() + os.EOL);
}
function issue(name, message = "") {
  issueCommand(name, {}, message);
}
var CMD_STRING = "::";
var Command = class {
  constructor(command3, properties, message) {
    if (!command3) {
      command3 = "missing.command";
    }
    this.command = command3;
    this.properties = properties;
    this.message = message;
  }
  toString() {
    let cmdStr = CMD_STRING + this.command;
    if (this.properties && Object.keys(this.properties).length > 0) {
      cmdStr += " ";
      let first = true;
      for (const key in this.properties) {
        if (this.properties.hasOwnProperty(key)) {
          const val = this.properties[key];
          if (val) {
            if (first) {
              first = false;
            } else {
              cmdStr += ",";
            }
            cmdStr += `${key}=${escapeProperty(val)}`;
          }
        }
      }
    }
    cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
    return cmdStr;
  }
};
function escapeData(s) {
  return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
  return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}

// node_modules/@actions/core/lib/file-command.js
import * as crypto from "crypto";
import * as fs from "fs";
import * as os2 from "os";
function issueFileCommand(command3, message) {
  const filePath = process.env[`GITHUB_${command3}`];
  if (!filePath) {
    throw new Error(`Unable to find environment variable for file command ${command3}`);
  }
  if (!fs.existsSync(filePath)) {
    throw new Error(`Missing file at path: ${filePath}`);
  }
  fs.appendFileSync(filePath, `${toCommandValue(message)}${os2.EOL}`, {
    encoding: "utf8"
  });
}
function prepareKeyValueMessage(key, value) {
  const delimiter = `ghadelimiter_${crypto.randomUUID()}`;
  const convertedValue = toCommandValue(value);
  if (key.includes(delimiter)) {
    throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
  }
  if (convertedValue.includes(delimiter)) {
    throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
  }
  return `${key}<<${delimiter}${os2.EOL}${convertedValue}${os2.EOL}${delimiter}`;
}

// node_modules/@actions/core/lib/core.js
import * as os4 from "os";

// node_modules/@actions/core/lib/summary.js
import { EOL as EOL3 } from "os";
import { constants, promises } from "fs";
var __awaiter = function(thisArg, _arguments, P, generator) {
  function adopt(value) {
    return value instanceof P ? value : new P(function(resolve) {
      resolve(value);
    });
  }
  return new (P || (P = Promise))(function(resolve, reject) {
    function fulfilled(value) {
      try {
        step(generator.next(value));
      } catch (e) {
        reject(e);
      }
    }
    function rejected(value) {
      try {
        step(generator["throw"](value));
      } catch (e) {
        reject(e);
      }
    }
    function step(result) {
      result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
    }
    step((generator = generator.apply(thisArg, _arguments || [])).next());
  });
};
var { access, appendFile, writeFile } = promises;
var SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
var Summary = class {
  constructor() {
    this._buffer = "";
  }
  /**
   * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
   * Also checks r/w permissions.
   *
   * @returns step summary file path
   */
  filePath() {
    return __awaiter(this, void 0, void 0, function* () {
      if (this._filePath) {
        return this._filePath;
      }
      const pathFromEnv = process.env[SUMMARY_ENV_VAR];
      if (!pathFromEnv) {
        throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
      }
      try {
        yield access(pathFromEnv, constants.R_OK | constants.W_OK);
      } catch (_a) {
        throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
      }
      this._filePath = pathFromEnv;
      return this._filePath;
    });
  }
  /**
   * Wraps content in an HTML tag, adding any HTML attributes
   *
   * @param {string} tag HTML tag to wrap
   * @param {string | null} content content within the tag
   * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
   *
   * @returns {string} content wrapped in HTML element
   */
  wrap(tag, content, attrs = {}) {
    const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
    if (!content) {
      return `<${tag}${htmlAttrs}>`;
    }
    return `<${tag}${htmlAttrs}>${content}</${tag}>`;
  }
  /**
   * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
   *
   * @param {SummaryWriteOptions} [options] (optional) options for write operation
   *
   * @returns {Promise<Summary>} summary instance
   */
  write(options) {
    return __awaiter(this, void 0, void 0, function* () {
      const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
      const filePath = yield this.filePath();
      const writeFunc = overwrite ? writeFile : appendFile;
      yield writeFunc(filePath, this._buffer, { encoding: "utf8" });
      return this.emptyBuffer();
    });
  }
  /**
   * Clears the summary buffer and wipes the summary file
   *
   * @returns {Summary} summary instance
   */
  clear() {
    return __awaiter(this, void 0, void 0, function* () {
      return this.emptyBuffer().write({ overwrite: true });
    });
  }
  /**
   * Returns the current summary buffer as a string
   *
   * @returns {string} string of summary buffer
   */
  stringify() {
    return this._buffer;
  }
  /**
   * If the summary buffer is empty
   *
   * @returns {boolen} true if the buffer is empty
   */
  isEmptyBuffer() {
    return this._buffer.length === 0;
  }
  /**
   * Resets the summary buffer without writing to summary file
   *
   * @returns {Summary} summary instance
   */
  emptyBuffer() {
    this._buffer = "";
    return this;
  }
  /**
   * Adds raw text to the summary buffer
   *
   * @param {string} text content to add
   * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
   *
   * @returns {Summary} summary instance
   */
  addRaw(text2, addEOL = false) {
    this._buffer += text2;
    return addEOL ? this.addEOL() : this;
  }
  /**
   * Adds the operating system-specific end-of-line marker to the buffer
   *
   * @returns {Summary} summary instance
   */
  addEOL() {
    return this.addRaw(EOL3);
  }
  /**
   * Adds an HTML codeblock to the summary buffer
   *
   * @param {string} code content to render within fenced code block
   * @param {string} lang (optional) language to syntax highlight code
   *
   * @returns {Summary} summary instance
   */
  addCodeBlock(code, lang) {
    const attrs = Object.assign({}, lang && { lang });
    const element = this.wrap("pre", this.wrap("code", code), attrs);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML list to the summary buffer
   *
   * @param {string[]} items list of items to render
   * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
   *
   * @returns {Summary} summary instance
   */
  addList(items, ordered = false) {
    const tag = ordered ? "ol" : "ul";
    const listItems = items.map((item) => this.wrap("li", item)).join("");
    const element = this.wrap(tag, listItems);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML table to the summary buffer
   *
   * @param {SummaryTableCell[]} rows table rows
   *
   * @returns {Summary} summary instance
   */
  addTable(rows) {
    const tableBody = rows.map((row) => {
      const cells = row.map((cell) => {
        if (typeof cell === "string") {
          return this.wrap("td", cell);
        }
        const { header, data, colspan, rowspan } = cell;
        const tag = header ? "th" : "td";
        const attrs = Object.assign(Object.assign({}, colspan && { colspan }), rowspan && { rowspan });
        return this.wrap(tag, data, attrs);
      }).join("");
      return this.wrap("tr", cells);
    }).join("");
    const element = this.wrap("table", tableBody);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds a collapsable HTML details element to the summary buffer
   *
   * @param {string} label text for the closed state
   * @param {string} content collapsable content
   *
   * @returns {Summary} summary instance
   */
  addDetails(label, content) {
    const element = this.wrap("details", this.wrap("summary", label) + content);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML image tag to the summary buffer
   *
   * @param {string} src path to the image you to embed
   * @param {string} alt text description of the image
   * @param {SummaryImageOptions} options (optional) addition image attributes
   *
   * @returns {Summary} summary instance
   */
  addImage(src, alt, options) {
    const { width, height } = options || {};
    const attrs = Object.assign(Object.assign({}, width && { width }), height && { height });
    const element = this.wrap("img", null, Object.assign({ src, alt }, attrs));
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML section heading element
   *
   * @param {string} text heading text
   * @param {number | string} [level=1] (optional) the heading level, default: 1
   *
   * @returns {Summary} summary instance
   */
  addHeading(text2, level) {
    const tag = `h${level}`;
    const allowedTag = ["h1", "h2", "h3", "h4", "h5", "h6"].includes(tag) ? tag : "h1";
    const element = this.wrap(allowedTag, text2);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML thematic break (<hr>) to the summary buffer
   *
   * @returns {Summary} summary instance
   */
  addSeparator() {
    const element = this.wrap("hr", null);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML line break (<br>) to the summary buffer
   *
   * @returns {Summary} summary instance
   */
  addBreak() {
    const element = this.wrap("br", null);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML blockquote to the summary buffer
   *
   * @param {string} text quote text
   * @param {string} cite (optional) citation url
   *
   * @returns {Summary} summary instance
   */
  addQuote(text2, cite) {
    const attrs = Object.assign({}, cite && { cite });
    const element = this.wrap("blockquote", text2, attrs);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML anchor tag to the summary buffer
   *
   * @param {string} text link text/content
   * @param {string} href hyperlink
   *
   * @returns {Summary} summary instance
   */
  addLink(text2, href) {
    const element = this.wrap("a", text2, { href });
    return this.addRaw(element).addEOL();
  }
};
var _summary = new Summary();
var summary = _summary;

// node_modules/@actions/core/lib/platform.js
import os3 from "os";
var platform = os3.platform();
var arch = os3.arch();

// node_modules/@actions/core/lib/core.js
var ExitCode;
(function(ExitCode2) {
  ExitCode2[ExitCode2["Success"] = 0] = "Success";
  ExitCode2[ExitCode2["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
function exportVariable(name, val) {
  const convertedVal = toCommandValue(val);
  process.env[name] = convertedVal;
  const filePath = process.env["GITHUB_ENV"] || "";
  if (filePath) {
    return issueFileCommand("ENV", prepareKeyValueMessage(name, val));
  }
  issueCommand("set-env", { name }, convertedVal);
}
function setSecret(secret) {
  issueCommand("add-mask", {}, secret);
}
function getInput(name, options) {
  const val = process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "";
  if (options && options.required && !val) {
    throw new Error(`Input required and not supplied: ${name}`);
  }
  if (options && options.trimWhitespace === false) {
    return val;
  }
  return val.trim();
}
function setOutput(name, value) {
  const filePath = process.env["GITHUB_OUTPUT"] || "";
  if (filePath) {
    return issueFileCommand("OUTPUT", prepareKeyValueMessage(name, value));
  }
  process.stdout.write(os4.EOL);
  issueCommand("set-output", { name }, toCommandValue(value));
}
function debug(message) {
  issueCommand("debug", {}, message);
}
function error(message, properties = {}) {
  issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
function info(message) {
  process.stdout.write(message + os4.EOL);
}
function startGroup(name) {
  issue("group", name);
}
function endGroup() {
  issue("endgroup");
}
function saveState(name, value) {
  const filePath = process.env["GITHUB_STATE"] || "";
  if (filePath) {
    return issueFileCommand("STATE", prepareKeyValueMessage(name, value));
  }
  issueCommand("save-state", { name }, toCommandValue(value));
}

// src/core/redact.ts
var secretName = /secret|password|token$|assertion|authorization|private|wrapped|hash|pepper|^(?:d|p|q|dp|dq|qi|k)$/i;
var secretText = /gth[stp]_[0-9A-Za-z]{20,}|gh[oprsu]_[0-9A-Za-z]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
var inHeader = /\b(Basic|Bearer)\s+\S{8,}/gi;
var inUrl = /:\/\/[^\s/@:]*:[^\s/@]+@/g;
var claimMembers = /* @__PURE__ */ new Set(["bound_claims", "examples"]);
var redacted = "[redacted]";
var maxText = 1024;
var maxSeen = 4 * maxText;
var looksSecret = (text2) => secretText.test(text2.slice(0, maxSeen));
var withoutCredentials = (naming, text2) => naming === "claims" ? text2 : text2.replace(inHeader, `$1 ${redacted}`).replace(inUrl, `://${redacted}@`);
var textIn = (naming, text2) => {
  if (looksSecret(text2)) return redacted;
  const clean = withoutCredentials(naming, text2.slice(0, maxSeen));
  return clean.length > maxText ? `${clean.slice(0, maxText)}…` : clean;
};
var redactText = (text2) => textIn("ours", text2);
var isNamedSecret = (name, value) => secretName.test(name) && value !== null && typeof value !== "boolean";
var redactMember = (naming, name, value) => {
  if (naming === "claims" || claimMembers.has(name)) return redactIn("claims", value);
  return isNamedSecret(name, value) ? redacted : redactIn("ours", value);
};
var redactIn = (naming, value) => {
  if (typeof value === "string") return textIn(naming, value);
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((each) => redactIn(naming, each));
  if (typeof value !== "object" || ArrayBuffer.isView(value)) return redacted;
  const members = Object.entries(value).filter(([, each]) => each !== void 0);
  return Object.fromEntries(
    members.map(([name, each], index) => [
      // Two of them must not become one.
      looksSecret(name) ? `${redacted} ${index + 1}` : textIn(naming, name),
      redactMember(naming, name, each)
    ])
  );
};
var redact = (value) => redactIn("ours", value);

// src/pipeline/end-process.ts
var endProcess = (status) => {
  process.stdout.write("", () => process.stderr.write("", () => process.exit(status)));
};

// src/core/one-line.ts
var unsafe = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu;
var escapeChar = (char) => char.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
var oneLine = (value) => JSON.stringify(value).replace(unsafe, escapeChar);
var unseen = /(?![\n\t]|\r\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
var command = /^(\s*):(?=:)/gm;
var oldCommand = /#(?=#(?:\[|[a-z]+\[))/gi;
var printable = (text2) => text2.replace(unseen, escapeChar).replace(command, `$1${escapeChar(":")}`).replace(oldCommand, escapeChar("#"));
var inOneLine = (text2) => printable(text2.replace(/[\r\n\t]/g, (char) => JSON.stringify(char).slice(1, -1)));

// src/core/result.ts
var ok = (value) => ({ ok: true, value });
var err = (error2) => ({
  ok: false,
  error: error2
});

// src/core/json.ts
var isJsonObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// src/core/strict-json.ts
var tokenJsonLimits = { maxDepth: 16, maxMembers: 512 };
var byteOrderMark = 65279;
var quote = 34;
var colon = 58;
var backslash = 92;
var openBracket = 91;
var closeBracket = 93;
var openBrace = 123;
var closeBrace = 125;
var utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
var parseStrictJson = (bytes, limits) => {
  const text2 = decodeUtf8(bytes);
  return text2 === void 0 ? err("encoding") : parseStrictJsonText(text2, limits);
};
var parseStrictJsonText = (text2, limits) => {
  if (text2.charCodeAt(0) === byteOrderMark) return err("encoding");
  const written = countMembers(text2, limits);
  if (!written.ok) return written;
  const parsed = parseNative(text2);
  if (!parsed.ok) return parsed;
  if (!isJsonObject(parsed.value)) return err("not_an_object");
  const kept = countKept(parsed.value);
  if (Number.isNaN(kept)) return err("number_range");
  return kept === written.value ? ok(parsed.value) : err("duplicate_member");
};
var decodeUtf8 = (bytes) => {
  try {
    return utf8.decode(bytes);
  } catch {
    return void 0;
  }
};
var parseNative = (text2) => {
  try {
    return ok(JSON.parse(text2));
  } catch {
    return err("syntax");
  }
};
var countMembers = (text2, limits) => {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text2.length; at += 1) {
    const code = text2.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text2, at);
    } else if (code === colon) {
      members += 1;
      if (members > limits.maxMembers) return err("too_many_members");
    } else if (code === openBrace || code === openBracket) {
      depth += 1;
      if (depth > limits.maxDepth) return err("too_deep");
    } else if (code === closeBrace || code === closeBracket) {
      depth -= 1;
    }
  }
  return ok(members);
};
var endOfString = (text2, start) => {
  let end = text2.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text2, end)) end = text2.indexOf('"', end + 1);
  return end === -1 ? text2.length : end;
};
var isEscaped = (text2, at) => {
  let before = at - 1;
  while (text2.charCodeAt(before) === backslash) before -= 1;
  return (at - before) % 2 === 0;
};
var countKept = (value) => {
  if (typeof value === "number") return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== "object" || value === null) return 0;
  const children = isJsonObject(value) ? Object.values(value) : value;
  let members = isJsonObject(value) ? children.length : 0;
  for (const child of children) {
    if (typeof child !== "string") members += countKept(child);
  }
  return members;
};

// src/core/compact-jwt.ts
var maxTokenBytes = 16384;
var tokenAlphabet = /^[A-Za-z0-9_.-]+$/;
var beyondAscii = /[\x80-\xff]/;
var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
var readCompactJwt = (text2) => {
  if (text2.length > maxTokenBytes) return err("too_long");
  const first = text2.indexOf(".");
  const second = text2.indexOf(".", first + 1);
  if (first < 1 || second < first + 2 || second === text2.length - 1) {
    return err("not_three_segments");
  }
  if (text2.indexOf(".", second + 1) !== -1) return err("not_three_segments");
  if (!tokenAlphabet.test(text2)) return err("not_base64url");
  const segments = [text2.slice(0, first), text2.slice(first + 1, second), text2.slice(second + 1)];
  if (!segments.every(isCanonical)) return err("not_canonical");
  const header = readSegment(segments[0] ?? "");
  if (!header.ok) return err(`header_${header.error}`);
  const claims = readSegment(segments[1] ?? "");
  if (!claims.ok) return err(`claims_${claims.error}`);
  const signedPart = text2.slice(0, second);
  return ok({ header: header.value, unverifiedClaims: claims.value, signedPart, text: text2 });
};
var isCanonical = (segment) => {
  const spare = segment.length % 4;
  if (spare === 0) return true;
  const last = alphabet.indexOf(segment.charAt(segment.length - 1));
  if (spare === 2) return last % 16 === 0;
  return spare === 3 && last % 4 === 0;
};
var readSegment = (segment) => {
  const binary = atob(segment.replaceAll("-", "+").replaceAll("_", "/"));
  if (!beyondAscii.test(binary)) return parseStrictJsonText(binary, tokenJsonLimits);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return parseStrictJson(bytes, tokenJsonLimits);
};

// src/pipeline/credential.ts
var byIdToken = (source) => ({
  renewable: source.renewable,
  parameters: async (withinMs) => {
    const token = await source.get(withinMs);
    if (!token.ok) return token;
    return ok({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token: token.value
    });
  }
});
var unverifiedClaims = (token) => {
  const jwt = readCompactJwt(token ?? "");
  return jwt.ok ? jwt.value.unverifiedClaims : null;
};

// src/bounded-text.ts
var readBoundedText = async (body, maxBytes2, { fatal }) => {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal });
  let text2 = "";
  let size = 0;
  for (; ; ) {
    const { done, value } = await reader.read();
    if (done) return text2 + decoder.decode();
    size += value.byteLength;
    if (size > maxBytes2) {
      reader.cancel().catch(() => {
      });
      return void 0;
    }
    text2 += decoder.decode(value, { stream: true });
  }
};

// src/pipeline/bounded.ts
var bounded = (milliseconds, work) => {
  const stop = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        const timeout = new DOMException("out of time", "TimeoutError");
        reject(timeout);
        stop.abort(timeout);
      },
      Math.max(1, Math.floor(milliseconds))
    );
    work(stop.signal).then(resolve, reject).finally(() => clearTimeout(timer));
  });
};

// src/pipeline/ask.ts
var maxBytes = 64 * 1024;
var silenceOf = (thrown) => {
  const { name, cause, code } = thrown;
  if (name === "TimeoutError" || name === "AbortError") return { kind: "timeout" };
  const word2 = cause?.code ?? code;
  const known = typeof word2 === "string" && /^[A-Z0-9_]{1,60}$/.test(word2);
  return { kind: "unreachable", cause: known ? word2 : "" };
};
var ask = async ({ url, init, withinMs }, { fetch: fetch2 }) => {
  const once = async (signal) => {
    const response = await fetch2(new Request(url, { ...init, redirect: "manual", signal }));
    const text2 = await readBoundedText(response.body, maxBytes, { fatal: false });
    if (text2 === void 0) return err({ kind: "too_large" });
    return ok({ status: response.status, headers: response.headers, text: text2 });
  };
  try {
    return await bounded(withinMs, once);
  } catch (thrown) {
    return err(silenceOf(thrown));
  }
};
var retryAfterSeconds = (headers, nowMs) => {
  const text2 = headers.get("retry-after");
  if (text2 === null) return null;
  if (/^\d{1,9}$/.test(text2)) return Number(text2);
  const at = Date.parse(text2);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - nowMs) / 1e3));
};

// src/pipeline/refusal.ts
var maxClaims = 40;
var word = (value) => typeof value === "string" && /^[\w.:-]{1,120}$/.test(value) ? value : void 0;
var claimsOf = (value) => {
  if (!Array.isArray(value)) return void 0;
  return value.slice(0, maxClaims).flatMap((entry) => {
    if (!isJsonObject(entry) || typeof entry.claim !== "string") return [];
    return [{ claim: entry.claim.slice(0, 200), actual: redact(entry.actual ?? null) }];
  });
};
var readRefusal = (status, body) => {
  const error2 = word(body.error);
  if (error2 === void 0) return null;
  const description = typeof body.error_description === "string" ? body.error_description.replace(/[^\x20-\x7e]/g, " ").slice(0, 300) : error2;
  const decisionId = word(body.decision_id);
  const reason = word(body.reason);
  const failedClaims = claimsOf(body.failed_claims);
  return {
    status,
    error: error2,
    description,
    ...decisionId !== void 0 && { decisionId },
    ...reason !== void 0 && { reason },
    ...failedClaims !== void 0 && { failedClaims }
  };
};
var claimInWords = ({ claim, actual }) => {
  const name = oneLine(claim).slice(1, -1);
  return actual === null ? `${name} is absent` : `${name} = ${oneLine(actual)}`;
};

// src/pipeline/gateway-call.ts
var seconds = (ms) => `${Math.max(1, Math.round(ms / 1e3))} s`;
var silenceInWords = (silence, url, withinMs) => {
  if (silence.kind === "too_large") return notAGateway(url, "answers with far more than a token");
  const what = silence.kind === "timeout" ? `did not answer within ${seconds(withinMs)}` : `is out of reach${silence.cause && ` (${silence.cause})`}`;
  return {
    code: "unavailable",
    message: `The gateway ${url} ${what}`,
    next: `check the URL and the network: curl -sS ${url}/healthz`
  };
};
var notAGateway = (url, what) => ({
  code: "not_a_gateway",
  message: `${url} is not a gateway: it ${what}`,
  next: `check the URL; a gateway answers ${url}/.well-known/oauth-authorization-server`
});
var isPassingStatus = (status) => status === 429 || status >= 500;
var passing = (answer, url, now) => {
  const wait = retryAfterSeconds(answer.headers, now);
  const limited = answer.status === 429;
  return {
    code: limited ? "rate_limited" : "unavailable",
    message: limited ? `The gateway ${url} has had too many requests` : `The gateway ${url} cannot answer now (status ${answer.status})`,
    next: wait === null ? "try again in a minute" : `try again in ${wait} s`,
    ...wait !== null && { retryAfterSeconds: wait }
  };
};
var parse = (text2) => {
  try {
    return JSON.parse(text2);
  } catch {
    return void 0;
  }
};
var kindOf = ({ headers, status }) => {
  const type = headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  return /^[\w.+/-]{1,60}$/.test(type) ? `answers with ${type} and status ${status}` : `answers with status ${status} and no JSON`;
};
var readReply = (answer, url, now) => {
  const { status, text: text2 } = answer;
  if (status >= 300 && status < 400) return err(notAGateway(url, "redirects to another place"));
  const body = parse(text2);
  const refusal = isJsonObject(body) ? readRefusal(status, body) : null;
  if (isPassingStatus(status)) {
    const { decisionId, error: error2 } = refusal ?? {};
    return err({
      ...passing(answer, url, now),
      ...error2 !== void 0 && { error: error2 },
      ...decisionId !== void 0 && { decisionId }
    });
  }
  if (!isJsonObject(body)) return err(notAGateway(url, kindOf(answer)));
  if (status === 200) return ok({ kind: "answer", body });
  return refusal?.decisionId === void 0 ? err(notAGateway(url, `answers with status ${status} in words of its own`)) : ok({ kind: "refusal", refusal });
};
var callGateway = async ({ url, path, form, withinMs }, { fetch: fetch2, now }) => {
  const init = {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams(form)
  };
  const answer = await ask({ url: `${url}${path}`, init, withinMs }, { fetch: fetch2 });
  if (!answer.ok) return err(silenceInWords(answer.error, url, withinMs));
  return readReply(answer.value, url, now());
};

// src/pipeline/failure.ts
var isPassing = ({ code }) => code === "unavailable" || code === "rate_limited";

// src/pipeline/retry.ts
var patienceOfJobs = { timeoutSeconds: 60, attempts: 4 };
var attemptMs = 1e4;
var firstPauseMs = 500;
var leastMs = 250;
var pauseMs = (attempt, failure) => {
  const backoff = firstPauseMs * 2 ** (attempt - 1);
  const jittered = backoff / 2 + Math.random() * (backoff / 2);
  const asked = (failure.retryAfterSeconds ?? 0) * 1e3;
  return asked > 0 ? asked + jittered / 2 : jittered;
};
var withRetries = async (attempt, patience, { now, sleep }) => {
  const deadline = now() + patience.timeoutSeconds * 1e3;
  for (let count = 1; ; count += 1) {
    const result = await attempt(Math.min(attemptMs, Math.max(1, deadline - now())));
    if (result.ok || !isPassing(result.error) || count >= patience.attempts) return result;
    const wait = pauseMs(count, result.error);
    if (now() + wait + leastMs > deadline) return result;
    patience.onRetry?.(result.error, wait / 1e3);
    await sleep(wait);
  }
};

// src/pipeline/words/row.ts
var askAdmin = ({ refusal }) => refusal.decisionId === void 0 ? "ask whoever runs the gateway" : `an admin sees why: gatehouse decisions show ${refusal.decisionId}`;

// src/pipeline/words/errors.ts
var errors = {
  invalid_client: {
    code: "refused",
    message: ({ clientId }) => `The gateway does not accept the credential of ${clientId}`,
    // Nothing is on record for a client that did not show who it is: only the log tells more.
    next: () => "log in again: gatehouse login (or renew the secret or key); the reason is in the gateway's log"
  },
  invalid_target: {
    code: "denied",
    message: ({ audience, clientId }) => audience === void 0 ? `${clientId} has roles for several APIs or for none; expected an audience` : `There is no API ${oneLine(audience)}, or ${clientId} has no role for it`,
    next: ({ audience }) => audience === void 0 ? "name the API with --audience" : "check the identifier and the roles"
  },
  invalid_scope: {
    code: "denied",
    message: ({ clientId }) => `${clientId} asked for a scope that it does not hold`,
    next: () => "ask for fewer scopes, or bind a role that has them"
  },
  unauthorized_client: {
    code: "denied",
    message: ({ clientId }) => `This grant is not enabled for ${clientId}`,
    next: askAdmin
  },
  subject_refused: {
    code: "denied",
    message: ({ clientId }) => `The gateway does not accept this job for ${clientId}, and tells a stranger no more than that`,
    next: (facts) => `check the client id and that a policy of it pins this repository or project by id; ${askAdmin(facts)}`
  },
  invalid_request: {
    code: "refused",
    message: ({ refusal }) => `The gateway takes the request for malformed: ${refusal.description}`,
    next: () => "check the values that were given"
  }
};
var unknown = {
  code: "refused",
  message: ({ refusal }) => `The gateway refused: ${refusal.error} (${refusal.description})`,
  next: askAdmin
};

// src/pipeline/words/reasons.ts
var own = ({ ownClaims }, claim) => oneLine(ownClaims?.[claim] ?? null);
var minutesOld = ({ ownClaims }) => {
  const { iat, exp } = ownClaims ?? {};
  return typeof iat === "number" && typeof exp === "number" ? ` (its life: ${Math.round((exp - iat) / 60)} min)` : "";
};
var anew = (facts, more) => facts.renewable ? `run the step again${more}` : `run the job again${more}`;
var reasons = {
  policy_mismatch: {
    code: "denied",
    message: ({ refusal }) => {
      const names = refusal.failedClaims?.map(({ claim }) => oneLine(claim).slice(1, -1)) ?? [];
      return `No trust policy accepts this job. Missed: ${names.join(", ") || "unknown"}`;
    },
    next: askAdmin
  },
  audience_mismatch: {
    code: "denied",
    message: (facts) => `The identity token was issued for ${own(facts, "aud")}; the policy of this account expects another audience`,
    next: ({ url }) => `ask the platform for the audience ${url} (GitLab: \`aud:\` of id_tokens)`
  },
  assertion_reused: {
    code: "denied",
    message: ({ answerLost }) => answerLost ? "This identity token has been used: the answer to an earlier attempt got lost on the way" : "This identity token was already exchanged",
    next: (facts) => facts.renewable ? "ask the platform for a new identity token for each exchange" : "keep the first access token for the whole job; to start over, run the job again"
  },
  assertion_expired: {
    code: "denied",
    message: (facts) => `The identity token has expired${minutesOld(facts)}`,
    next: (facts) => anew(facts, " and exchange early in the job")
  },
  assertion_too_old: {
    code: "denied",
    message: () => "The identity token is older than the policy allows",
    next: (facts) => anew(facts, ", exchange early in it, or raise the age in the policy")
  },
  assertion_not_yet_valid: {
    code: "denied",
    message: () => "The identity token is not valid yet: a clock is wrong, the runner's or ours",
    next: () => "check the runner's clock (NTP)"
  }
};

// src/pipeline/words/refusal-in-words.ts
var errorOf = ({ error: error2, description }) => error2 === "invalid_grant" || description === "subject token refused" ? "subject_refused" : error2;
var rowOf = (refusal) => {
  const { reason } = refusal;
  if (reason !== void 0 && Object.hasOwn(reasons, reason)) return reasons[reason] ?? unknown;
  const error2 = errorOf(refusal);
  return Object.hasOwn(errors, error2) ? errors[error2] ?? unknown : unknown;
};
var refusalInWords = (facts) => {
  const { refusal } = facts;
  const row = rowOf(refusal);
  const { error: error2, reason, failedClaims, decisionId } = refusal;
  return {
    code: row.code,
    message: row.message(facts),
    next: row.next(facts),
    error: error2,
    ...reason !== void 0 && { reason },
    ...failedClaims !== void 0 && { failedClaims },
    ...decisionId !== void 0 && { decisionId }
  };
};

// src/pipeline/exchange.ts
var wanted = ({ clientId, audience, scopes }) => ({
  client_id: clientId,
  ...audience !== void 0 && audience !== "" && { audience },
  ...scopes?.length && { scope: scopes.join(" ") }
});
var readToken = (body, askedAt) => {
  const { access_token: token, token_type: tokenType, expires_in: expiresIn, scope } = body;
  if (typeof token !== "string" || !/^[\x21-\x7e]{8,}$/.test(token)) return null;
  if (typeof tokenType !== "string" || typeof expiresIn !== "number") return null;
  const expiresAt = askedAt + expiresIn * 1e3;
  const scopes = typeof scope === "string" && scope !== "" ? scope.split(" ") : [];
  return { token, tokenType, expiresIn, expiresAt, scopes };
};
var exchange = (request, credential, surroundings, patience = patienceOfJobs) => {
  let answerLost = false;
  const attempt = async (withinMs) => {
    const askedAt = surroundings.now();
    const shown2 = await credential.parameters(withinMs);
    if (!shown2.ok) return shown2;
    const form = { ...wanted(request), ...shown2.value };
    const left = Math.max(1, withinMs - (surroundings.now() - askedAt));
    const call = { url: request.url, path: "/oauth/token", form, withinMs: left };
    const reply = await callGateway(call, surroundings);
    if (!reply.ok) {
      answerLost = true;
      return reply;
    }
    if (reply.value.kind === "refusal") {
      const { refusal } = reply.value;
      const ownClaims = unverifiedClaims(shown2.value.subject_token);
      const { renewable } = credential;
      return err(refusalInWords({ ...request, refusal, ownClaims, renewable, answerLost }));
    }
    const token = readToken(reply.value.body, askedAt);
    return token === null ? err(notAGateway(request.url, "answers without a token")) : ok(token);
  };
  return withRetries(attempt, patience, surroundings);
};

// src/pipeline/id-token/source.ts
var noIdToken = (message, next) => err({ code: "id_token_unavailable", message, next });

// src/pipeline/id-token/github-causes.ts
var permissionLines = `permissions:
  id-token: write
  contents: read`;
var isFork = async ({ env, readFile: readFile2 }) => {
  if (!env.GITHUB_EVENT_NAME?.startsWith("pull_request") || !env.GITHUB_EVENT_PATH) return false;
  try {
    const event = JSON.parse(await readFile2(env.GITHUB_EVENT_PATH));
    const { head, base } = event.pull_request ?? {};
    return head !== void 0 && head.repo?.full_name !== base?.repo?.full_name;
  } catch {
    return false;
  }
};
var escaped = (text2) => text2.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
var isReusable = async ({ env, readFile: readFile2 }) => {
  const caller = env.GITHUB_WORKFLOW_REF;
  const own2 = env.GATEHOUSE_JOB_WORKFLOW_REF;
  if (caller && own2) return own2 !== caller;
  const path = caller?.split("@")[0]?.split("/").slice(2).join("/");
  if (!path || !env.GITHUB_WORKSPACE || !env.GITHUB_JOB) return false;
  const text2 = await readFile2(`${env.GITHUB_WORKSPACE}/${path}`).catch(() => "");
  const calls = /^\s+uses:\s*\S*\.github\/workflows\/\S+\.ya?ml/m.test(text2);
  return calls && !new RegExp(`^\\s+["']?${escaped(env.GITHUB_JOB)}["']?:`, "m").test(text2);
};
var whyNoGithubToken = async (job) => {
  const nothing = "This job cannot request an identity token";
  if (job.env.GITHUB_ACTIONS !== "true") {
    return noIdToken(
      `${nothing}: it is not run by GitHub Actions`,
      "elsewhere, give the identity token to the command line: gatehouse exchange --help"
    );
  }
  if (await isFork(job)) {
    return noIdToken(
      `${nothing}: GitHub gives none to a pull request from a fork, whatever its permissions`,
      `skip the step for forks:
  if: github.event.pull_request.head.repo.full_name == github.repository`
    );
  }
  const server = job.env.GITHUB_SERVER_URL;
  if (server && server !== "https://github.com" && !server.endsWith(".ghe.com")) {
    return noIdToken(
      `${nothing}: ${server} is a GitHub Enterprise Server that offers none to it`,
      `add to the job:
${permissionLines}
and register ${server}/_services/token as issuer`
    );
  }
  if (await isReusable(job)) {
    return noIdToken(
      `${nothing}: it runs in a reusable workflow, and the calling job does not pass the permission on`,
      `add to the job that has \`uses:\`, in the calling workflow:
${permissionLines}`
    );
  }
  return noIdToken(
    `${nothing}: the permission \`id-token: write\` is missing`,
    `add to the job (if another workflow calls this one, to the calling job too):
${permissionLines}`
  );
};

// src/pipeline/id-token/given.ts
var compact = /^[\w-]+\.[\w-]+\.[\w-]+$/;
var asToken = (text2, where) => {
  const token = text2.trim();
  if (token === "") {
    return noIdToken(`${where} is empty, expected an identity token`, `put the token in ${where}`);
  }
  if (compact.test(token)) return ok(token);
  const literal = /^\$|\{\{/.test(token) ? " (it is the name of a variable, not its value)" : "";
  return noIdToken(
    `${where} holds something else than an identity token, expected three parts and two dots${literal}`,
    `put the token alone in ${where}, without quotes or "Bearer"`
  );
};

// src/pipeline/id-token/github.ts
var unavailable = (what, retryAfter) => err({
  code: "unavailable",
  message: `GitHub gave no identity token: its token endpoint ${what}`,
  next: "run the job again; the gateway was not asked: https://www.githubstatus.com",
  ...retryAfter !== null && { retryAfterSeconds: retryAfter }
});
var readValue = (answer) => {
  try {
    const { value } = JSON.parse(answer.text);
    if (typeof value === "string") return asToken(value, "GitHub's answer");
  } catch {
  }
  return unavailable("answered with something that is not a token", null);
};
var askOnce = async (url, withinMs, { env, fetch: fetch2, now }) => {
  const authorization = `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`;
  const init = { headers: { authorization, accept: "application/json" } };
  const answer = await ask({ url, init, withinMs }, { fetch: fetch2 });
  if (!answer.ok) {
    const { kind } = answer.error;
    return unavailable(kind === "timeout" ? "did not answer in time" : "is out of reach", null);
  }
  const { status, headers } = answer.value;
  if (status === 200) return readValue(answer.value);
  const what = `answered with status ${status}`;
  if (status === 429 || status >= 500) return unavailable(what, retryAfterSeconds(headers, now()));
  return noIdToken(
    `GitHub gave no identity token: its token endpoint ${what}`,
    "the job has probably ended or lost its permission; run it again"
  );
};
var fromGithub = (audience, surroundings) => ({
  name: "GitHub Actions",
  renewable: true,
  isMinted: true,
  get: async (withinMs) => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: base, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = surroundings.env;
    if (!base || !token || !URL.canParse(base)) return whyNoGithubToken(surroundings);
    const url = new URL(base);
    url.searchParams.set("audience", audience);
    return withRetries(
      (attemptMs2) => askOnce(url.href, Math.min(attemptMs2, 5e3), surroundings),
      { timeoutSeconds: withinMs / 1e3, attempts: 3 },
      surroundings
    );
  }
});

// src/pipeline/revoke.ts
var patienceOfEndings = { timeoutSeconds: 9, attempts: 3 };
var revoke = async ({ url, token, clientId }, surroundings, patience = patienceOfEndings) => {
  const client = clientId ?? unverifiedClaims(token)?.client_id;
  if (typeof client !== "string") {
    return err({
      code: "bad_input",
      message: "the token does not say which client it was issued to",
      next: "give the token as it was issued, or name its client id"
    });
  }
  const form = { token, client_id: client };
  return withRetries(
    async (withinMs) => {
      const reply = await callGateway({ url, path: "/oauth/revoke", form, withinMs }, surroundings);
      if (!reply.ok) return reply;
      if (reply.value.kind === "answer") return ok(null);
      const { error: error2, description } = reply.value.refusal;
      return err({
        code: "refused",
        message: `The gateway did not revoke the token: ${error2} (${description})`,
        next: "it ends by itself when it expires",
        error: error2
      });
    },
    patience,
    surroundings
  );
};

// src/pipeline/scopes.ts
var scopesDiffer = (expected, granted) => {
  const more = granted.filter((scope) => !expected.includes(scope));
  const less = expected.filter((scope) => !granted.includes(scope));
  if (more.length === 0 && less.length === 0) return null;
  const parts = [
    ...more.length > 0 ? [`also ${inOneLine(more.join(", "))}`] : [],
    ...less.length > 0 ? [`but not ${less.join(", ")}`] : []
  ];
  return {
    code: "unexpected_scopes",
    message: `The grant differs from the expected scopes: it holds ${parts.join(" ")}`,
    next: "ask for these scopes only, or correct the roles of the account or what is expected"
  };
};

// src/pipeline/input.ts
var badInput = (message, next) => err({ code: "bad_input", message, next });
var expression = /^\s*(?:\$\{\{.*|\$\{?\w+\}?|(?:vars|secrets|env|inputs|github)\.\w+|%\w+%)\s*$/;
var unexpanded = (name, text2) => {
  if (text2.trim() === "") {
    return badInput(
      `${name} is empty: the variable that it comes from has no value here`,
      "set the variable for this repository or environment, and check its spelling"
    );
  }
  if (!expression.test(text2)) return null;
  const shown2 = text2.trim().slice(0, 60);
  return badInput(
    `${name} is the text "${shown2}" itself, not the value of that variable`,
    /^\s*\w+\.\w/.test(text2) ? `write \${{ ${text2.trim()} }} in the workflow` : "use it where the platform or the shell replaces it by its value"
  );
};
var loopback = /* @__PURE__ */ new Set(["127.0.0.1", "localhost", "[::1]"]);
var likeUrl = "expected something like https://gatehouse.example.com";
var readGatewayUrl = (text2, name = "url") => {
  const literal = unexpanded(name, text2);
  if (literal !== null) return literal;
  if (!URL.canParse(text2)) {
    const missing = URL.canParse(`https://${text2}`) && /^[\w.-]+(?::\d+)?\/?$/.test(text2);
    return badInput(
      `${name} is not a URL, ${likeUrl}`,
      missing ? `write ${redactText(`https://${text2}`)}` : `correct ${name}`
    );
  }
  const url = new URL(text2);
  if (url.username !== "" || url.password !== "") {
    return badInput(`${name} carries a user name or password, ${likeUrl}`, "remove it");
  }
  if (url.protocol === "http:" && !loopback.has(url.hostname)) {
    return badInput(
      `${name} begins with http://, and anyone on the way could read the token`,
      `write https://${url.host}`
    );
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return badInput(`${name} begins with ${url.protocol}, ${likeUrl}`, "write https://");
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    return badInput(`${name} goes on after the host, ${likeUrl}`, `write ${url.origin}`);
  }
  return ok(url.origin);
};
var readClientId = (text2, name = "client id") => {
  const literal = unexpanded(name, text2);
  if (literal !== null) return literal;
  if (/^sa_/.test(text2)) {
    return badInput(
      `${name} is the id of an account, expected its client_id, which begins with cli_`,
      "read it with: gatehouse accounts get <name>"
    );
  }
  if (!/^[\x21-\x7e]{1,255}$/.test(text2)) {
    return badInput(
      `${name} holds a space, a line break or another character that no client id has`,
      "copy it again from: gatehouse accounts list"
    );
  }
  return ok(text2);
};

// src/action/inputs.ts
var maxSeconds = 600;
var scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
var bad = (message, next) => err({ code: "bad_input", message, next });
var shown = (text2) => oneLine(text2.slice(0, 60));
var readScopes = (name) => {
  const scopes = getInput(name).split(/[\s,]+/).filter((scope) => scope !== "");
  const odd = scopes.find((scope) => !scopeToken.test(scope) || /[${}]/.test(scope));
  if (odd === void 0) return ok([...new Set(scopes)]);
  return bad(
    `${name} holds ${shown(odd)}, which is no scope`,
    `separate scopes by spaces, such as ${name}: deploy:read deploy:write`
  );
};
var readFlag = (name) => {
  const text2 = getInput(name).toLowerCase();
  if (text2 === "true") return ok(true);
  if (text2 === "false" || text2 === "") return ok(false);
  return bad(`${name} is ${shown(text2)}, expected true or false`, `write ${name}: true`);
};
var readTimeout = () => {
  const text2 = getInput("timeout") || "60";
  const seconds2 = Number(text2);
  if (/^\d{1,3}$/.test(text2) && seconds2 >= 1 && seconds2 <= maxSeconds) return ok(seconds2);
  return bad(
    `timeout is ${shown(text2)}, expected whole seconds from 1 to ${maxSeconds}`,
    "write timeout: 60"
  );
};
var reserved = /^(?:GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|NODE_OPTIONS$|PATH$|LD_|DYLD_|BASH_ENV$|ENV$|CI$|HOME$)/i;
var readExportName = () => {
  const name = getInput("export-env");
  if (name === "") return ok(null);
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name)) {
    return bad(
      `export-env is ${shown(name)}, expected the name of a variable`,
      "write export-env: DEPLOY_TOKEN, or read steps.<id>.outputs.token instead"
    );
  }
  if (!reserved.test(name)) return ok(name);
  return bad(`export-env may not be ${name}, which has a meaning of its own`, "choose another name");
};
var settle = (results) => {
  for (const result of Object.values(results)) if (!result.ok) return result;
  const values = Object.entries(results).map(([name, result]) => [name, result.ok && result.value]);
  return ok(Object.fromEntries(values));
};
var readInputs = () => {
  const audience = getInput("audience");
  const read = settle({
    url: readGatewayUrl(getInput("url"), "url"),
    clientId: readClientId(getInput("service-account"), "service-account"),
    scopes: readScopes("scopes"),
    expected: readScopes("expect-scopes"),
    exportAs: readExportName(),
    skipped: readFlag("skip-token-revoke"),
    timeoutSeconds: readTimeout(),
    debug: readFlag("debug")
  });
  if (!read.ok) return read;
  const { url, clientId, scopes, expected, exportAs, skipped, timeoutSeconds, debug: debug2 } = read.value;
  return ok({
    request: { url, clientId, scopes, ...audience !== "" && { audience } },
    expectedScopes: expected.length === 0 ? null : expected,
    exportAs,
    revokeAfterwards: !skipped,
    timeoutSeconds,
    debug: debug2
  });
};

// src/action/log.ts
var unsafe2 = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
var command2 = /##\[/g;
var escapeChar2 = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
var harmless = (text2) => text2.replace(unsafe2, escapeChar2).replace(command2, "#\\u0023[");
var log = (line) => info(`gatehouse: ${harmless(line)}`);

// src/action/refusal.ts
var nextLines = ({ next, decisionId = "" }) => [
  ...next.split("\n"),
  ...next.includes(decisionId) ? [] : [`gatehouse decisions show ${decisionId}`]
];
var inLines = (failure) => [
  failure.message,
  ...(failure.failedClaims ?? []).map((claim) => `  this job has ${claimInWords(claim)}`),
  ...nextLines(failure).map((line, at) => at === 0 ? `next: ${line}` : line)
];
var annotate = (failure) => error(inLines(failure).map(harmless).join("\n"), { title: "Gatehouse: no access token" });

// src/action/summary.ts
var maxValue = 300;
var inCell = (text2) => {
  const safe = harmless(text2.slice(0, maxValue)).replace(
    /[^A-Za-z0-9 ./_-]/gu,
    (char) => `&#${char.codePointAt(0)};`
  );
  return `<code>${safe}</code>`;
};
var table = (rows) => `<table>${rows.map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`).join("")}</table>`;
var write = async (title, rows) => {
  try {
    await summary.addRaw(`### ${title}

${table(rows)}

`).write();
  } catch {
    summary.emptyBuffer();
  }
};
var text = (value) => typeof value === "string" ? value : "";
var summarizeGrant = ({ url, clientId }, token, claims) => write("Gatehouse: access token", [
  ["Gateway", inCell(url)],
  ["Service account", inCell(clientId)],
  ["For", inCell(text(claims.aud))],
  ["Scopes", inCell(token.scopes.join(" "))],
  ["Policy", inCell(text(claims.policy))],
  ["Ends", inCell(new Date(token.expiresAt).toISOString())],
  ["Id", inCell(text(claims.jti))]
]);
var summarizeFailure = (failure, request) => write("Gatehouse: no access token", [
  ...request ? [["Gateway", inCell(request.url)]] : [],
  ...request ? [["Service account", inCell(request.clientId)]] : [],
  ["Why", inCell(failure.message)],
  ...(failure.failedClaims ?? []).map(
    ({ claim, actual }) => [`Missed ${inCell(claim)}`, inCell(oneLine(actual))]
  ),
  ["Next", nextLines(failure).map(inCell).join("<br>")]
]);

// src/action/exchange-step.ts
var masked = (source) => {
  let last = null;
  return {
    ...source,
    lastClaims: () => last,
    get: async (withinMs) => {
      const token = await source.get(withinMs);
      if (!token.ok) return token;
      setSecret(token.value);
      last = unverifiedClaims(token.value);
      return token;
    }
  };
};
var printClaims = (claims) => {
  if (claims === null) return;
  startGroup("Claims of the ID token");
  for (const [name, value] of Object.entries(claims)) {
    info(`- ${harmless(name)} = ${harmless(oneLine(value))}`);
  }
  endGroup();
};
var obtain = async ({ request, timeoutSeconds, revokeAfterwards, debug: verbose }, runner) => {
  const source = masked(fromGithub(request.url, runner));
  const patience = {
    timeoutSeconds,
    attempts: 4,
    onRetry: ({ message }, waitSeconds) => log(`${message}; trying again in ${waitSeconds.toFixed(1)} s`)
  };
  const token = await exchange(request, byIdToken(source), runner, patience);
  const isRefused = !token.ok && token.error.code === "denied";
  if (token.ok) {
    setSecret(token.value.token);
    if (revokeAfterwards) {
      saveState("token", token.value.token);
      saveState("url", request.url);
      saveState("client-id", request.clientId);
      saveState("expires-at", String(token.value.expiresAt));
    }
  }
  if (verbose || isRefused) printClaims(source.lastClaims());
  return token;
};
var holdToScopes = async (token, { request, expectedScopes }, runner) => {
  if (expectedScopes === null) return ok(token);
  const differs = scopesDiffer(expectedScopes, token.scopes);
  if (differs === null) return ok(token);
  const issued = { url: request.url, clientId: request.clientId, token: token.token };
  const revoked = await revoke(issued, runner);
  if (revoked.ok) return err({ ...differs, message: `${differs.message}; it was revoked` });
  log(revoked.error.message);
  return err(differs);
};
var hand = async ({ request, exportAs }, token) => {
  const claims = unverifiedClaims(token.token) ?? {};
  const word2 = (name) => typeof claims[name] === "string" ? claims[name] : "";
  setOutput("token", token.token);
  setOutput("token-type", token.tokenType);
  setOutput("expires-at", new Date(token.expiresAt).toISOString());
  setOutput("expires-in", String(token.expiresIn));
  setOutput("scopes", token.scopes.join(" "));
  setOutput("service-account", word2("client_id") || request.clientId);
  setOutput("policy", word2("policy"));
  setOutput("jti", word2("jti"));
  if (exportAs !== null) exportVariable(exportAs, token.token);
  log(`${request.clientId} holds ${token.scopes.join(" ")} for ${token.expiresIn} s`);
  debug(`jti ${harmless(word2("jti"))}, policy ${harmless(word2("policy"))}`);
  await summarizeGrant(request, token, claims);
};
var fail = async (failure, inputs) => {
  await summarizeFailure(failure, inputs?.request);
  annotate(failure);
  return 1;
};
var handover = ["GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_ENV"];
var tooOld = ({ env }) => {
  const missing = handover.filter((name) => !env[name]);
  if (missing.length === 0) return null;
  return {
    code: "bad_input",
    message: `This runner gives steps no ${missing.join(", ")}, expected one of 2.297 or newer`,
    next: "update the runner"
  };
};
var runExchangeStep = async (runner) => {
  const outdated = tooOld(runner);
  if (outdated !== null) return fail(outdated);
  const inputs = readInputs();
  if (!inputs.ok) return fail(inputs.error);
  const token = await obtain(inputs.value, runner);
  if (!token.ok) return fail(token.error, inputs.value);
  const held = await holdToScopes(token.value, inputs.value, runner);
  if (!held.ok) return fail(held.error, inputs.value);
  await hand(inputs.value, held.value);
  return 0;
};

// src/action/runner.ts
import { readFile } from "node:fs/promises";
import * as http from "node:http";
import { setTimeout as setTimeout2 } from "node:timers/promises";
var runnerOf = (env) => {
  http.setGlobalProxyFromEnv?.(env);
  return {
    env,
    fetch: (request) => fetch(request),
    now: Date.now,
    sleep: (milliseconds) => setTimeout2(milliseconds),
    readFile: (path) => readFile(path, "utf8")
  };
};

// src/action/main.ts
var run = () => {
  const env = { ...process.env, GATEHOUSE_JOB_WORKFLOW_REF: getInput("job-workflow-ref") };
  return runExchangeStep(runnerOf(env));
};
try {
  endProcess(await run());
} catch (thrown) {
  const message = redactText(thrown instanceof Error ? thrown.message : String(thrown));
  annotate({ code: "unavailable", message, next: "this is a defect; report it with this line" });
  endProcess(1);
}
