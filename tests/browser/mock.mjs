// mock.mjs - a server between the browser and the real one, which lies as it is told to.
import { createServer } from 'node:http';

// rules: [{ path: /regex/, change({ status, body, type }) }]; the first that fits is applied. A
// rule may return a new { status, body, type }, or 'cut' to break the connection.
export async function mock(base)
{
	const state = { rules: [], seen: [] };
	const server = createServer(async (request, response) => {
		const rule = state.rules.find(r => r.path.test(request.url));
		const headers = { ...request.headers, host: new URL(base).host, 'accept-encoding': 'identity' };

		delete headers.connection;
		state.seen.push(request.url);
		try {
			const answer = await fetch(base + request.url, { headers });
			const real = {
				status: answer.status, body: Buffer.from(await answer.arrayBuffer()),
				type: answer.headers.get('content-type'),
			};
			const shown = rule ? { ...real, ...await rule.change(real) } : real;

			if (shown.cut)
				return response.destroy();
			response.writeHead(shown.status, {
				'Content-Type': shown.type,
				'Content-Security-Policy': answer.headers.get('content-security-policy') ?? "default-src 'none'",
			});
			return response.end(shown.body);
		} catch {
			return response.destroy();
		}
	});

	await new Promise(done => server.listen(0, '127.0.0.1', done));
	return {
		base: `http://127.0.0.1:${server.address().port}`,
		rules: (...rules) => { state.rules = rules; state.seen.length = 0; },
		seen: state.seen,
		close: () => { server.closeAllConnections(); server.close(); },
	};
}

const as_json = value => ({ status: 200, type: 'application/json', body: JSON.stringify(value) });

export const json = (path, change) => ({ path, change: real => as_json(change(JSON.parse(real.body))) });
export const answer = (path, value) => ({ path, change: () => as_json(value) });
export const problem = (path, status, detail) => ({ path, change: () => ({
	status, type: 'application/problem+json',
	body: JSON.stringify({ type: 'urn:utfall:problem:internal', title: 'No', status, detail }),
}) });
export const cut = path => ({ path, change: () => ({ cut: true }) });
export const bytes = (path, change) => ({ path, change: real => {
	change(real.body);
	return { body: real.body };
} });
export const text = (path, change) => ({ path, change: real => ({ body: change(real.body.toString()) }) });
