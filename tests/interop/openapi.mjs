// openapi.mjs BASE OPENAPI FOLDER: a proxy that validates every answer against the API's
// description, and a walk through all of it. FOLDER holds token-ROLE files.
import http from "node:http";
import { readFileSync, readdirSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";

const [base, file, folder] = process.argv.slice(2);
const doc = JSON.parse(readFileSync(file));
const ajv = new Ajv2020.default({ strict: false, allErrors: true });
ajv.addSchema(doc, "doc");
const compiled = new Map();
const resolve = (x) => (x?.$ref ? x.$ref.slice(2).split("/").reduce((o, k) => o[k], doc) : x);
function validator(schema) {
	const text = JSON.stringify(schema).replaceAll('"#/', '"doc#/');
	if (!compiled.has(text)) compiled.set(text, ajv.compile(JSON.parse(text)));
	return compiled.get(text);
}

const wrong = [];
const seen = new Set(); // operation status type
const operations = Object.entries(doc.paths).map(([path, item]) => ({
	path,
	get: item.get,
	match: new RegExp("^" + path.replace(/\{(\w+)\}/g, (_, n) => (n === "path" ? ".+" : "[^/]+")) + "$"),
}));

function check(operation, status, headers, body) {
	const say = (why) => wrong.push(`${operation.path} ${status}: ${why}`);
	const answer = resolve(operation.get.responses[status]);
	if (!answer) return say("is no described status");
	const type = (headers["content-type"] ?? "").split(";")[0];
	seen.add(`${operation.path} ${status} ${type}`);
	for (const [name, header] of Object.entries(answer.headers ?? {})) {
		const value = headers[name.toLowerCase()];
		if (value === undefined) {
			if (name !== "Link") say(`no header ${name}`);
		} else if (!validator(resolve(header).schema)(resolve(header).schema.type === "integer" ? +value : value))
			say(`${name}: ${value}`);
	}
	if (!answer.content) return body.length === 0 || say("has a body");
	const described = answer.content[type];
	if (!described) return say(`is ${type}`);
	const valid = (schema, value) => {
		const f = validator(schema);
		if (!f(value)) say(ajv.errorsText(f.errors).slice(0, 400));
	};
	const text = body.toString();
	if (/[/+]json$/.test(type)) valid(described.schema, JSON.parse(text));
	if (type === "application/x-ndjson") {
		const items = resolve(answer.content["application/json"].schema).properties.items.items;
		for (const line of text.split("\n").filter(Boolean)) valid(items, JSON.parse(line));
	}
	if (type === "text/csv" && !/^\w+(,\w+)*\r\n/.test(text)) say("no header line");
}

const proxy = http.createServer((q, s) => {
	http.get(base + q.url, { headers: q.headers }, (r) => {
		const parts = [];
		r.on("data", (d) => parts.push(d));
		r.on("end", () => {
			const body = Buffer.concat(parts);
			const path = q.url.split("?")[0];
			const exact = operations.find((o) => o.path === path);
			const operation = exact ?? operations.find((o) => o.match.test(path));
			if (operation) check(operation, r.statusCode, r.headers, body);
			s.writeHead(r.statusCode, r.headers).end(body);
		});
	});
});
await new Promise((done) => proxy.listen(0, "127.0.0.1", done));
const through = `http://127.0.0.1:${proxy.address().port}`;

const tokens = Object.fromEntries(
	readdirSync(folder).filter((f) => f.startsWith("token-")).map((f) => [f.slice(6), readFileSync(`${folder}/${f}`, "utf8").trim()]),
);
async function get(path, token, accept, more = {}) {
	const headers = { ...more };
	if (token) headers.authorization = `Bearer ${token}`;
	if (accept) headers.accept = accept;
	const r = await fetch(through + path, { headers });
	const text = await r.text();
	return { status: r.status, headers: r.headers, json: () => JSON.parse(text) };
}

// what stands for the parameters of paths
const a = tokens.auditor;
const contract = (await get("/v1/contracts", a)).json().items[0].contract;
const statement = (await get("/v1/statements", a)).json().items[0].statement;
const people = (await get(`/v1/contracts/${contract}/participants`, a)).json().items;
const digest = (await get("/v1/events?type=spell.started", a)).json().items[0].digest;
const entries = (await get("/v1/entries", a)).json().items;
const submission = entries.find((e) => e.entry.submission).entry.submission;
const values = {
	contract, statement, digest, seq: "3", line: "1", path: "0/000.p/3",
	participant: people[0].participant, party: submission.key.split("+")[0],
	submission: submission.submission_id,
};
const queries = { inclusion: "?seq=3", consistency: "?from=3", forecast: "?until=2018-12-31" };

for (const o of operations) {
	const path = o.path.replace(/\{(\w+)\}/g, (_, n) => values[n]) + (queries[o.get.operationId] ?? "");
	const types = Object.keys(resolve(o.get.responses[200]).content);
	for (const token of [undefined, ...Object.values(tokens), "v4.public.AAAA"])
		for (const type of [...types, "image/png"]) await get(path, token, type);
	const first = await get(path, a);
	const etag = first.headers.get("etag");
	if (etag) await get(path, a, undefined, { "if-none-match": etag });
	if (o.path.includes("{")) await get(o.path.replace(/\{(\w+)\}/g, "0".repeat(64)), a);
	await get(path + (path.includes("?") ? "&" : "?") + "limit=x", a);
	await get(path + (path.includes("?") ? "&" : "?") + "limit=1", a);
}
for (const p of people) await get(`/v1/contracts/${contract}/participants/${p.participant}`, a);
for (const e of entries) await get(`/v1/entries/${e.seq}`, a);

// every operation answered, in each of its media types
for (const o of operations)
	for (const type of Object.keys(resolve(o.get.responses[200]).content))
		if (!seen.has(`${o.path} 200 ${type}`) && !o.path.endsWith("/outlook")) wrong.push(`${o.path}: never answered with ${type}`);
proxy.close();
console.log(`${seen.size} kinds of answers, ${wrong.length} not as described`);
for (const w of [...new Set(wrong)].slice(0, 40)) console.log(w);
process.exit(wrong.length ? 1 : 0);
