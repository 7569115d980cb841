// Makes ledger.json: a whole small ledger with fixed keys, salts, ids and instants, written from
// FORMAT.md with nothing but Node's own crypto. Run: node audit/vectors/make.mjs > audit/vectors/ledger.json
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const leaf = (bytes) => sha256(Buffer.from([0]), Buffer.from(bytes));
const node = (left, right) => sha256(Buffer.from([1]), left, right);

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object")
    return `{${Object.keys(value).sort().map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(",")}}`;
  return JSON.stringify(value);
}

function root(leaves) {
  if (leaves.length === 0) return sha256(Buffer.alloc(0));
  if (leaves.length === 1) return leaves[0];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return node(root(leaves.slice(0, k)), root(leaves.slice(k)));
}

function key(name, seedByte, type = 1) {
  const seed = Buffer.alloc(32, seedByte);
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const secret = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const spki = createPublicKey(secret).export({ format: "der", type: "spki" });
  const typed = Buffer.concat([Buffer.from([type]), spki.subarray(12)]);
  const id = sha256(Buffer.from(`${name}\n`), typed).subarray(0, 4);
  return { name, secret, id, seed: seed.toString("hex"), short: `${name}+${id.toString("hex")}`,
           vkey: `${name}+${id.toString("hex")}+${typed.toString("base64")}` };
}

const origin = "ledger.example/outcomes/1";
const operator = key("operator", 1), checkpoints = key(origin, 2), provider = key("provider", 3);
const salt = (n) => Buffer.alloc(16, n).toString("base64url");
const event = (type, body, n) => canonical({ body, salt: salt(n), type });

const entries = [], events = [], submissions = [], heads = [];
function submit(signer, id, at, list) {
  const unsigned = { count: list.length, key: signer.short, ledger: origin, root: root(list.map(leaf)).toString("hex"),
                     submission_id: id, submitted_at: at };
  const message = `utfall/submission/v1\n${canonical(unsigned)}`;
  const signature = sign(null, Buffer.from(message), signer.secret).toString("base64");
  const submission = { ...unsigned, signature };
  submissions.push({ bytes: canonical(submission), message: message.split("\n") });
  const add = (member) => {
    const prev = entries.length ? leaf(entries.at(-1)).toString("hex") : "0".repeat(64);
    entries.push(canonical({ ...member, at, prev, seq: entries.length, v: 1 }));
  };
  add({ submission });
  for (const bytes of list) { events.push(bytes); add({ event: leaf(bytes).toString("hex") }); }
  const head = root(entries.map(leaf));
  const text = `${origin}\n${entries.length}\n${head.toString("base64")}\n`;
  const line = Buffer.concat([checkpoints.id, sign(null, Buffer.from(text), checkpoints.secret)]).toString("base64");
  heads.push({ size: entries.length, root: head.toString("hex"), checkpoint: `${text}\n— ${origin} ${line}`.split("\n") });
}

submit(operator, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "2018-01-02T09:00:00Z", [
  event("ledger.opened", { checkpoint_key: checkpoints.vkey, format: 1, operator: "operator",
                           operator_key: operator.vkey, origin, simulated: true }, 1)]);
submit(operator, "01ARZ3NDEKTSV4RRFFQ69G5FAW", "2018-01-02T09:05:00Z", [
  event("party.registered", { party: "provider", title: "Arbetskällan \"IPS\" \\ Habo" }, 2),
  event("key.registered", { key: provider.vkey, party: "provider", use: "submissions" }, 3)]);
submit(provider, "01ARZ3NDEKTSV4RRFFQ69G5FAX", "2018-01-03T10:00:00Z", [event("padding.added", {}, 4)]);

const strip = ({ secret, id, ...rest }) => rest;
console.log(JSON.stringify({
  comment: "Seeds are 32 equal bytes, salts 16. Texts of several lines are lists: join with LF; a checkpoint ends in one more.",
  keys: { operator: strip(operator), checkpoints: strip(checkpoints), provider: strip(provider) },
  events: events.map((bytes) => ({ bytes, digest: leaf(bytes).toString("hex") })),
  submissions, entries: entries.map((bytes) => ({ bytes, leaf: leaf(bytes).toString("hex") })), heads,
}, null, 1));
