// search.js - by line number, entry, pseudonym or digest; what it is shows by its shape.
import { useState } from 'preact/hooks';
import { access, href, route, t } from '../state.js';
import { get, get_all, get_contract, maybe, useLoad } from '../api.js';
import { day, money, name, party, short } from '../format.js';
import { Empty, Loaded, Page, html } from '../parts.js';

const SHAPES = [
	[/^(\d{1,9})[./:](\d{1,9})$/, find_line],
	[/^\d{1,15}$/, find_number],
	[/^[a-z2-7]{26}$/, find_person],
	[/^[0-9a-f]{64}$/, find_digest],
	[/^[0-9a-f]{8,63}$/, find_beginning],
];
const MOST_HITS = 20;

const line_hit = (s, l) => ({
	to: href(['statement', s.statement, 'line', String(l.line)]),
	what: t('line_of', { n: s.number, line: l.line }),
	words: `${party(l.payer)}, ${name('payment', l.payment, s.contract)}, ${money(l.amount, l.unit)}`,
});

async function lines_numbered(statements, line, signal)
{
	const contracts = new Set(statements.map(s => s.contract));

	await Promise.all([...contracts].map(c => maybe(get_contract(c, { signal }))));
	const hits = await Promise.all(statements.map(async s => {
		const l = await maybe(get(`/v1/statements/${s.statement}/lines/${line}`, { signal }));

		return l && line_hit(s, l);
	}));

	return hits.filter(Boolean);
}

const statements = async signal => await maybe(get_all('/v1/statements', { signal })) ?? [];

async function find_line([, number, line], signal)
{
	const of = (await statements(signal)).filter(s => s.number === Number(number));

	return lines_numbered(of, Number(line), signal);
}

async function find_number([text], signal)
{
	const [entry, lines] = await Promise.all([
		maybe(get(`/v1/entries/${text}`, { signal })),
		statements(signal).then(list => Number(text) > 0
			? lines_numbered(list.slice(-50), Number(text), signal) : [])]);

	return [...(entry ? [{ to: href(['entry', text]), what: t('entry_n', { n: text }), words: day(entry.entry.at) }] : []),
		...lines, ...(text.length < 8 ? [] : await find_beginning([text], signal))];
}

async function find_person([id], signal)
{
	const hits = await Promise.all(access.value.contracts.map(async contract => {
		const who = await maybe(get(`/v1/contracts/${contract}/participants/${id}`, { signal }));

		return who && { to: href(['contract', contract, 'person', id]), what: t('participant'),
				words: t('person_hit', { n: who.events.length, day: who.enrolled ?? '\u2013' }) };
	}));

	return hits.filter(Boolean);
}

const event_hit = e => ({ to: href(['event', e.digest]), what: name('event', e.type),
	words: `${party(e.sender)}, ${day(e.at)}, ${short(e.digest)}\u2026` });

async function find_beginning([digest], signal)
{
	const found = await maybe(get(`/v1/events?digest=${digest}&limit=${MOST_HITS}`, { signal }));

	return (found?.items ?? []).map(event_hit);
}

async function find_digest([digest], signal)
{
	const [contract, statement, event] = await Promise.all([
		maybe(get(`/v1/contracts/${digest}`, { signal })),
		maybe(get(`/v1/statements/${digest}`, { signal })),
		maybe(get(`/v1/events/${digest}`, { signal }))]);

	return [
		contract && { to: href(['contract', digest]), what: t('contract'), words: name('contract', contract.name) },
		statement && { to: href(['statement', digest]), what: t('statement_n', { n: statement.number }), words: statement.through },
		event && event_hit(event),
	].filter(Boolean);
}

export function Search()
{
	const asked = route.value.query.q ?? '';
	const [text, set] = useState(asked);
	const submit = e => {
		e.preventDefault();
		location.hash = href(['search'], { q: text.trim() });
	};

	return html`
		<${Page} title=${t('nav_search')} lead=${t('search_lead')}>
			<form class="search" role="search" onSubmit=${submit}>
				<label for="q">${t('search_for')}</label>
				<div class="row"><input id="q" type="search" class="code" value=${text} spellcheck="false" autocomplete="off"
					aria-describedby="q-help" onInput=${e => set(e.currentTarget.value)} />
				<button type="submit" class="primary">${t('nav_search')}</button></div>
				<p id="q-help" class="note">${t('search_help')}</p>
			</form>
			${asked !== '' && html`<${Results} key=${asked} asked=${asked} />`}
		</>`;
}

function Results({ asked })
{
	const shape = SHAPES.find(([pattern]) => pattern.test(asked.toLowerCase()));
	const load = useLoad(async ({ signal }) => shape
		? shape[1](shape[0].exec(asked.toLowerCase()), signal) : null, [asked]);

	return html`<${Loaded} load=${load}>${hits => html`<div role="status">
		${hits === null ? html`<${Empty}>${t('search_shape', { q: asked.length > 26 ? `${short(asked)}…` : asked })}</>`
			: hits.length === 0 ? html`<${Empty}>${t('search_none')}</>`
			: html`<ul class="hits">${hits.map(h => html`<li><a href=${h.to}><strong>${h.what}</strong>
				<span>${h.words}</span></a></li>`)}</ul>`}</div>`}</>`;
}
