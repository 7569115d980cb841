// token.mjs VKEY KEYFILE TOKEN...: a PASETO library of other people reads our tokens, and makes one
// that ours must read. Prints the claims of each token, then a token of its own.
import { readFileSync } from "node:fs";
import { PublicProtocol } from "paseto";
import * as P from "paseto/v4/public";

const v4 = new PublicProtocol(P.VerifyFactory, P.ImportPublicKeyFactory, P.SignFactory, P.ImportSecretKeyFactory);
const [vkey, file, ...tokens] = process.argv.slice(2);
const form = /^(?:PRIVATE\+KEY\+)?[^+]+\+[0-9a-f]{8}\+(.*)$/; // base64 may hold a + too
const raw = (text) => Buffer.from(text.trim().match(form)[1], "base64").subarray(1);
const open = raw(vkey);
const key = await v4.ImportPublicKey("k4.public." + open.toString("base64url"));
for (const token of tokens) {
	try {
		console.log(JSON.stringify((await v4.Verify(key, token)).claims));
	} catch (e) {
		console.log("refused");
	}
}
const secret = Buffer.concat([raw(readFileSync(file, "utf8")), open]);
const mine = await v4.ImportSecretKey("k4.secret." + secret.toString("base64url"));
const [name, id] = vkey.split("+");
const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 5000);
const instant = (d) => d.toISOString().replace(".000Z", "Z");
console.log(await v4.Sign(mine, {
	exp: instant(new Date(at.getTime() + 3600e3)), iat: instant(at), iss: "serve.example/world",
	jti: "AAAAAAAAAAAAAAAAAAAAAA", role: "funder", sub: "a_city",
}, { footer: new TextEncoder().encode(`{"kid":"${name}+${id}"}`), addIssuedAt: false }));
