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
function issueCommand(command2, properties, message) {
  const cmd = new Command(command2, properties, message);
  process.stdout.write(cmd.toString() + os.EOL);
}
var CMD_STRING = "::";
var Command = class {
  constructor(command2, properties, message) {
    if (!command2) {
      command2 = "missing.command";
    }
    this.command = command2;
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

// node_modules/@actions/core/lib/core.js
import * as os3 from "os";

// node_modules/@actions/core/lib/summary.js
import { EOL as EOL2 } from "os";
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
  addRaw(text, addEOL = false) {
    this._buffer += text;
    return addEOL ? this.addEOL() : this;
  }
  /**
   * Adds the operating system-specific end-of-line marker to the buffer
   *
   * @returns {Summary} summary instance
   */
  addEOL() {
    return this.addRaw(EOL2);
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
  addHeading(text, level) {
    const tag = `h${level}`;
    const allowedTag = ["h1", "h2", "h3", "h4", "h5", "h6"].includes(tag) ? tag : "h1";
    const element = this.wrap(allowedTag, text);
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
  addQuote(text, cite) {
    const attrs = Object.assign({}, cite && { cite });
    const element = this.wrap("blockquote", text, attrs);
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
  addLink(text, href) {
    const element = this.wrap("a", text, { href });
    return this.addRaw(element).addEOL();
  }
};
var _summary = new Summary();

// node_modules/@actions/core/lib/platform.js
import os2 from "os";
var platform = os2.platform();
var arch = os2.arch();

// node_modules/@actions/core/lib/core.js
var ExitCode;
(function(ExitCode2) {
  ExitCode2[ExitCode2["Success"] = 0] = "Success";
  ExitCode2[ExitCode2["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
function setSecret(secret) {
  issueCommand("add-mask", {}, secret);
}
function warning(message, properties = {}) {
  issueCommand("warning", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
function info(message) {
  process.stdout.write(message + os3.EOL);
}
function getState(name) {
  return process.env[`STATE_${name}`] || "";
}

// src/pipeline/end-process.ts
var endProcess = (status) => {
  process.stdout.write("", () => process.stderr.write("", () => process.exit(status)));
};

// src/core/result.ts
var ok = (value) => ({ ok: true, value });
var err = (error) => ({
  ok: false,
  error
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
  const text = decodeUtf8(bytes);
  return text === void 0 ? err("encoding") : parseStrictJsonText(text, limits);
};
var parseStrictJsonText = (text, limits) => {
  if (text.charCodeAt(0) === byteOrderMark) return err("encoding");
  const written = countMembers(text, limits);
  if (!written.ok) return written;
  const parsed = parseNative(text);
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
var parseNative = (text) => {
  try {
    return ok(JSON.parse(text));
  } catch {
    return err("syntax");
  }
};
var countMembers = (text, limits) => {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
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
var endOfString = (text, start) => {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
};
var isEscaped = (text, at) => {
  let before = at - 1;
  while (text.charCodeAt(before) === backslash) before -= 1;
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
var readCompactJwt = (text) => {
  if (text.length > maxTokenBytes) return err("too_long");
  const first = text.indexOf(".");
  const second = text.indexOf(".", first + 1);
  if (first < 1 || second < first + 2 || second === text.length - 1) {
    return err("not_three_segments");
  }
  if (text.indexOf(".", second + 1) !== -1) return err("not_three_segments");
  if (!tokenAlphabet.test(text)) return err("not_base64url");
  const segments = [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
  if (!segments.every(isCanonical)) return err("not_canonical");
  const header = readSegment(segments[0] ?? "");
  if (!header.ok) return err(`header_${header.error}`);
  const claims = readSegment(segments[1] ?? "");
  if (!claims.ok) return err(`claims_${claims.error}`);
  const signedPart = text.slice(0, second);
  return ok({ header: header.value, unverifiedClaims: claims.value, signedPart, text });
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
var unverifiedClaims = (token) => {
  const jwt = readCompactJwt(token ?? "");
  return jwt.ok ? jwt.value.unverifiedClaims : null;
};

// src/bounded-text.ts
var readBoundedText = async (body, maxBytes2, { fatal }) => {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal });
  let text = "";
  let size = 0;
  for (; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > maxBytes2) {
      reader.cancel().catch(() => {
      });
      return void 0;
    }
    text += decoder.decode(value, { stream: true });
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
    const text = await readBoundedText(response.body, maxBytes, { fatal: false });
    if (text === void 0) return err({ kind: "too_large" });
    return ok({ status: response.status, headers: response.headers, text });
  };
  try {
    return await bounded(withinMs, once);
  } catch (thrown) {
    return err(silenceOf(thrown));
  }
};
var retryAfterSeconds = (headers, nowMs) => {
  const text = headers.get("retry-after");
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - nowMs) / 1e3));
};

// src/core/redact.ts
var secretName = /secret|password|token$|assertion|authorization|private|wrapped|hash|pepper|^(?:d|p|q|dp|dq|qi|k)$/i;
var secretText = /gth[stp]_[0-9A-Za-z]{20,}|gh[oprsu]_[0-9A-Za-z]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
var inHeader = /\b(Basic|Bearer)\s+\S{8,}/gi;
var inUrl = /:\/\/[^\s/@:]*:[^\s/@]+@/g;
var claimMembers = /* @__PURE__ */ new Set(["bound_claims", "examples"]);
var redacted = "[redacted]";
var maxText = 1024;
var maxSeen = 4 * maxText;
var looksSecret = (text) => secretText.test(text.slice(0, maxSeen));
var withoutCredentials = (naming, text) => naming === "claims" ? text : text.replace(inHeader, `$1 ${redacted}`).replace(inUrl, `://${redacted}@`);
var textIn = (naming, text) => {
  if (looksSecret(text)) return redacted;
  const clean = withoutCredentials(naming, text.slice(0, maxSeen));
  return clean.length > maxText ? `${clean.slice(0, maxText)}…` : clean;
};
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
  const error = word(body.error);
  if (error === void 0) return null;
  const description = typeof body.error_description === "string" ? body.error_description.replace(/[^\x20-\x7e]/g, " ").slice(0, 300) : error;
  const decisionId = word(body.decision_id);
  const reason = word(body.reason);
  const failedClaims = claimsOf(body.failed_claims);
  return {
    status,
    error,
    description,
    ...decisionId !== void 0 && { decisionId },
    ...reason !== void 0 && { reason },
    ...failedClaims !== void 0 && { failedClaims }
  };
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
var parse = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
};
var kindOf = ({ headers, status }) => {
  const type = headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  return /^[\w.+/-]{1,60}$/.test(type) ? `answers with ${type} and status ${status}` : `answers with status ${status} and no JSON`;
};
var readReply = (answer, url, now) => {
  const { status, text } = answer;
  if (status >= 300 && status < 400) return err(notAGateway(url, "redirects to another place"));
  const body = parse(text);
  const refusal = isJsonObject(body) ? readRefusal(status, body) : null;
  if (isPassingStatus(status)) {
    const { decisionId, error } = refusal ?? {};
    return err({
      ...passing(answer, url, now),
      ...error !== void 0 && { error },
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
      const { error, description } = reply.value.refusal;
      return err({
        code: "refused",
        message: `The gateway did not revoke the token: ${error} (${description})`,
        next: "it ends by itself when it expires",
        error
      });
    },
    patience,
    surroundings
  );
};

// src/action/log.ts
var unsafe = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
var command = /##\[/g;
var escapeChar = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
var harmless = (text) => text.replace(unsafe, escapeChar).replace(command, "#\\u0023[");
var log = (line) => info(`gatehouse: ${harmless(line)}`);

// src/action/revoke-step.ts
var runRevokeStep = async (runner) => {
  const token = getState("token");
  if (token === "") return;
  setSecret(token);
  if (Number(getState("expires-at")) <= runner.now()) {
    log("the token has expired; there is nothing to revoke");
    return;
  }
  const issued = { url: getState("url"), clientId: getState("client-id"), token };
  const revoked = await revoke(issued, runner);
  if (revoked.ok) log("the token is revoked");
  else warning(`gatehouse: the token was not revoked: ${harmless(revoked.error.message)}`);
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

// src/action/post.ts
try {
  await runRevokeStep(runnerOf(process.env));
} catch {
  warning("gatehouse: the token was not revoked; it expires by itself");
}
endProcess(0);
