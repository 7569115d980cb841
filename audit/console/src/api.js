// api.js - asks the server that this page came from, and nobody else.
import { useEffect, useState } from 'preact/hooks';
import { access, language, ledger, parties, t, titles, token } from './state.js';

export class Problem extends Error {
	constructor(status, title, detail)
	{
		super(detail ?? title);
		this.status = status;
		this.title = title;
	}
}

async function refuse(answer)
{
	let problem = {};

	try {
		problem = await answer.json();
	} catch {
		// not one of the server's own refusals: its status is all there is to say
	}
	throw new Problem(answer.status, problem.title ?? answer.statusText, problem.detail);
}

async function fetch_it(path, { signal, accept = 'application/json', bare = false } = {})
{
	const headers = { Accept: accept, 'Accept-Language': language.value };
	let answer;

	if (token.value !== '' && !bare)
		headers.Authorization = `Bearer ${token.value}`;
	try {
		// What one token may see must never be answered from another's cache.
		answer = await fetch(path, { signal, headers, cache: 'no-store', credentials: 'omit' });
	} catch (e) {
		if (e.name === 'AbortError')
			throw e;
		throw new Problem(0, t('problem_0'));
	}
	return answer.ok ? answer : refuse(answer);
}

export const get = async (path, more) => (await fetch_it(path, more)).json();
export const get_text = async (path, more) =>
	(await fetch_it(path, { accept: 'text/plain', ...more })).text();
// A contract; what it calls its parts is remembered for name().
export async function get_contract(digest, more)
{
	const contract = await get(`/v1/contracts/${digest}`, more);

	titles.value = { ...titles.value, [digest]: contract.titles };
	return contract;
}

// Sentences, and the language they came in.
export async function get_words(path, more)
{
	const answer = await fetch_it(path, { accept: 'text/plain', ...more });

	return { language: answer.headers.get('Content-Language') ?? 'en', text: await answer.text() };
}
export const get_bytes = async (path, more) =>
	new Uint8Array(await (await fetch_it(path, { accept: '*/*', ...more })).arrayBuffer());

export function with_query(path, query)
{
	const text = new URLSearchParams(Object.entries(query)
		.filter(([, value]) => value !== undefined && value !== '')).toString();

	return text === '' ? path : `${path}?${text}`;
}

// All items of a list, page by page.
export async function get_all(path, { signal, progress, query = {}, most = Infinity } = {})
{
	const items = [];
	let cursor;

	do {
		const page = await get(with_query(path, { limit: 500, ...query, cursor }), { signal });

		items.push(...page.items);
		cursor = page.next;
		progress?.(items.length);
	} while (cursor !== undefined && items.length < most);
	return items;
}

// What may be missing for this reader: 404 becomes undefined, and 401 without a token. A token that
// does not count any more is no such answer.
export async function maybe(promise)
{
	try {
		return await promise;
	} catch (e) {
		if (e instanceof Problem && (e.status === 404 || (e.status === 401 && token.value === '')))
			return undefined;
		throw e;
	}
}

// Asks again while the server is busy with it, or with the same for somebody else: it says 503.
export async function patiently(ask, signal)
{
	for (let tries = 60; ; tries--) {
		try {
			return await ask();
		} catch (e) {
			if (!(e instanceof Problem) || e.status !== 503 || tries === 0)
				throw e;
		}
		await new Promise(done => setTimeout(done, 1000));
		signal.throwIfAborted();
	}
}

// Who reads, and what ledger this is. A token that does not count is a Problem with 401.
export async function start()
{
	const [who, what, list] = await Promise.all([
		get('/v1/access'), get('/v1/ledger'), get_all('/v1/parties')]);

	access.value = who;
	ledger.value = what;
	parties.value = Object.fromEntries(list.map(p => [p.party, p.title ?? p.party]));
}

// { state: 'loading' | 'ready' | 'error', data, error, progress, retry }
export function useLoad(work, deps)
{
	const [result, set] = useState({ state: 'loading' });
	const [tries, again] = useState(0);

	useEffect(() => {
		const stop = new AbortController();
		const set_if = value => { if (!stop.signal.aborted) set(value); };

		set({ state: 'loading' });
		work({
			signal: stop.signal,
			progress: (done, total) => set_if({ state: 'loading', progress: { done, total } }),
		}).then(data => set_if({ state: 'ready', data }), error => set_if({ state: 'error', error }));
		return () => stop.abort();
	}, [...deps, tries, token.value]);
	return { ...result, retry: () => again(tries + 1) };
}
