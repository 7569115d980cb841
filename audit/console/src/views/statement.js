// statement.js - one statement: what is owed, its lines, and why each is what it is.
import { useEffect, useState } from 'preact/hooks';
import { href, language, ledger, replace_query, route, t } from '../state.js';
import { get, get_all, get_contract, maybe, useLoad, with_query } from '../api.js';
import { amount, day, instant, money, name, party, sum, whole } from '../format.js';
import { Digest, Empty, Failure, Fields, Loaded, Page, Person, Progress, Table, Tag, html } from '../parts.js';

const PAGE = 100;
const FILTERS = ['payer', 'payee', 'payment', 'outcome', 'reason', 'participant'];

export function Statement({ statement, line })
{
	const load = useLoad(async ({ signal }) => {
		const s = await get(`/v1/statements/${statement}`, { signal });

		return { s, c: await maybe(get_contract(s.contract, { signal })) };
	}, [statement]);
	const back = load.state === 'ready'
		? { to: href(['contract', load.data.s.contract]), label: name('contract', load.data.c?.name ?? '') }
		: { to: '#/', label: t('contracts') };
	const title = load.state === 'ready' ? t('statement_n', { n: load.data.s.number }) : t('statement');

	return html`
		<${Page} title=${title} back=${back}>
			<${Loaded} load=${load}>${({ s, c }) => html`
				<${Head} s=${s} c=${c} />
				<${Totals} s=${s} />
				<${Lines} s=${s} c=${c} open=${line === undefined ? null : Number(line)} />`}</>
		</>`;
}

function Head({ s, c })
{
	return html`
		<${Fields} rows=${[
			[t('contract'), name('contract', c?.name ?? s.contract)],
			[t('through'), s.through],
			[t('issued'), instant(s.at)],
			s.lines !== undefined ? [t('lines'), whole(s.lines)] : null,
			s.size !== undefined ? [t('cut_off'), t('cut_off_text', { size: whole(s.size) })] : null,
			[t('ledger'), html`<span class="code">${ledger.value.origin}</span>`],
			[t('event'), html`<${Digest} digest=${s.statement} />`],
			[t('approved_by'), s.approved.length > 0
				? s.approved.map(party).join(', ') : t('approved_none')],
		]} />
		${s.lines === undefined && html`<p class="notice">${t('part_only')}</p>`}`;
}

function Totals({ s })
{
	const units = [...new Set(s.totals.map(x => x.unit))];

	if (s.totals.length === 0)
		return html`<${Empty}>${t('statement_empty')}</>`;
	return html`<section><h2>${t('to_pay')}</h2>${units.map(unit => {
		const rows = s.totals.filter(x => x.unit === unit);

		return html`<${Table} caption=${t('totals_caption', { unit })} rows=${rows} columns=${[
			{ label: t('payer'), head: true, value: x => party(x.payer) },
			{ label: t('payee'), value: x => party(x.payee) },
			{ label: t('amount'), number: true, value: x => amount(x.amount, unit) },
		]} foot=${[t('total'), '', amount(sum(rows, x => x.amount), unit)]} />`;
	})}</section>`;
}

function Select({ id, label, value, options, change })
{
	return html`<div class="field"><label for=${id}>${label}</label>
		<select id=${id} onChange=${e => change(e.currentTarget.value)}>
			<option value="" selected=${!value}>${t('any')}</option>
			${options.map(([v, words]) => html`<option value=${v} selected=${v === value}>${words}</option>`)}
		</select></div>`;
}

function Filters({ c, s, query, change })
{
	const roles = wanted => (c?.parties ?? []).filter(p => p.roles.includes(wanted)).map(p => [p.party, party(p.party)]);
	const payers = [...new Set(s.totals.map(x => x.payer))].map(id => [id, party(id)]);
	const set = field => value => change({ ...query, [field]: value });
	const select = (field, label, options) => html`<${Select} id=${`filter-${field}`} label=${label}
		value=${query[field]} options=${options} change=${set(field)} />`;

	return html`
		<fieldset class="filters noprint"><legend class="hidden">${t('filters')}</legend>
			${select('payer', t('payer'), roles('funder').length > 0 ? roles('funder') : payers)}
			${select('payment', t('payment'), (c?.payments ?? []).map(p => [p, name('payment', p, s.contract)]))}
			${select('outcome', t('outcome'), (c?.outcomes ?? []).map(p => [p, name('outcome', p, s.contract)]))}
			<div class="field"><label for="filter-participant">${t('participant')}</label>
				<input id="filter-participant" type="text" value=${query.participant ?? ''} spellcheck="false" autocomplete="off"
					maxlength="26" pattern="[a-z2-7]{26}" onChange=${e => e.currentTarget.validity.valid &&
						set('participant')(e.currentTarget.value.trim())} /></div>
			<button type="button" onClick=${() => change({})}
				disabled=${!FILTERS.some(f => query[f])}>${t('filters_clear')}</button>
		</fieldset>`;
}

// Pages of lines: the first at once, more on demand, all of them before printing.
function useLines(s, query)
{
	const [list, set] = useState({ state: 'loading', items: [] });
	const key = FILTERS.map(f => query[f] ?? '').join('/');
	const ask = (cursor, limit) => get(with_query(`/v1/statements/${s.statement}/lines`,
		{ ...Object.fromEntries(FILTERS.map(f => [f, query[f]])), limit, cursor }));
	const more = async (until = Infinity, items = list.items, cursor = list.next) => {
		try {
			do {
				set(old => ({ ...old, state: 'loading', items }));
				const page = await ask(cursor, PAGE);

				items = [...items, ...page.items];
				cursor = page.next;
			} while (cursor !== undefined && items.length < until);
			set({ state: 'ready', items, next: cursor });
		} catch (error) {
			set({ state: 'error', items, next: cursor, error });
		}
	};

	useEffect(() => { more(1, [], undefined); }, [s.statement, key]);
	return { ...list, more };
}

function Lines({ s, c, open })
{
	const query = route.value.query;
	const filtered = FILTERS.some(f => query[f]);
	const lines = useLines(s, query);
	const sums = useLoad(({ signal }) => maybe(get(with_query(`/v1/statements/${s.statement}/totals`,
		Object.fromEntries(FILTERS.map(f => [f, query[f]]))), { signal })),
	[s.statement, ...FILTERS.map(f => query[f])]).data;
	const total = sums?.lines;
	const wanted = open === null || lines.items.some(l => l.line === open) ? null : open;
	const print = async () => {
		if (lines.next !== undefined)
			await lines.more();
		setTimeout(() => window.print(), 50);
	};

	return html`
		<section aria-labelledby="lines"><div class="figure-head"><h2 id="lines">${t('lines')}</h2>
			<button type="button" class="quiet noprint" onClick=${print}>${t('print')}</button></div>
		<${Filters} s=${s} c=${c} query=${query} change=${replace_query} />
		<p role="status" class="note noprint">${lines.state === 'ready' && t(lines.next ? 'lines_more' : 'lines_shown',
			{ n: whole(lines.items.length), all: total === undefined ? '\u2013' : whole(total) })}</p>
		${filtered && sums?.lines > 0 && html`<p class="filtered">${t('lines_sum', { n: whole(sums.lines),
			sum: sums.totals.map(x => money(x.amount, x.unit)).join(', ') })}</p>`}
		${wanted !== null && html`<${OneLine} s=${s} line=${wanted} />`}
		${lines.items.length > 0 && html`<${LineTable} s=${s} items=${lines.items} open=${open} />`}
		${lines.state === 'ready' && lines.items.length === 0 && html`
			<${Empty}>${filtered ? t('lines_none_filtered') : t('lines_none')}</>`}
		${lines.state === 'loading' && html`<${Progress} done=${lines.items.length} total=${total} />`}
		${lines.state === 'error' && html`<${Failure} error=${lines.error} retry=${() => lines.more(1)} />`}
		${lines.state === 'ready' && lines.next && html`<p class="row noprint">
			<button type="button" onClick=${() => lines.more(lines.items.length + 1)}>${t('more_lines')}</button></p>`}
		</section>`;
}

// A line that a link leads to and that is not on the pages shown so far.
function OneLine({ s, line })
{
	const load = useLoad(({ signal }) => get(`/v1/statements/${s.statement}/lines/${line}`, { signal }),
		[s.statement, line]);

	return html`<${Loaded} load=${load}>${l => html`<${LineTable} s=${s} items=${[l]} open=${line} />`}</>`;
}

function LineTable({ s, items, open })
{
	return html`
		<div class="framed"><div class="scroll" role="group" aria-labelledby="lines" tabindex="0">
		<table class="lines"><caption class="hidden">${t('lines_caption', { n: s.number })}</caption>
			<thead><tr>
				<th scope="col">${t('line')}</th><th scope="col">${t('payer')}</th>
				<th scope="col">${t('payment')}</th><th scope="col">${t('participant')}</th>
				<th scope="col">${t('achieved')}</th><th scope="col">${t('reason')}</th>
				<th scope="col" class="number">${t('amount')}</th>
			</tr></thead>
			<tbody>${items.map(l => html`<${LineRow} key=${l.digest} s=${s} l=${l} begin=${l.line === open} />`)}</tbody>
		</table></div></div>`;
}

function LineRow({ s, l, begin })
{
	const [open, set] = useState(begin);
	const id = `line-${l.line}`;

	useEffect(() => { if (begin) document.getElementById(id)?.scrollIntoView({ block: 'center' }); }, []);
	return html`
		<tr class=${open ? 'open' : null}>
			<th scope="row"><button type="button" id=${id} class="more" aria-expanded=${open ? 'true' : 'false'}
				aria-controls=${`why-${l.line}`} onClick=${() => set(!open)}
				aria-label=${t('line_why', { n: l.line })}>${l.line}</button></th>
			<td data-label=${t('payer')}>${party(l.payer)}</td>
			<td data-label=${t('payment')}>${name('payment', l.payment, s.contract)}${l.occurrence && html` <span class="muted">${l.occurrence}</span>`}</td>
			<td data-label=${t('participant')}>${l.participant ? html`<${Person} contract=${s.contract} pseudonym=${l.participant} />` : '\u2013'}</td>
			<td class="nowrap" data-label=${t('achieved')}>${l.achieved ?? '\u2013'}</td>
			<td data-label=${t('reason')}>${name('reason', l.reason)}</td>
			<td class="number" data-label=${t('amount')}>${money(l.amount, l.unit)}</td>
		</tr>
		<tr id=${`why-${l.line}`} class="why" hidden=${!open}><td colspan="7">${open && html`
			<${Why} s=${s} l=${l} />`}</td></tr>`;
}

function Why({ s, l })
{
	const base = `/v1/statements/${s.statement}/lines/${l.line}`;
	const load = useLoad(async ({ signal }) => {
		const [why, evidence] = await Promise.all([
			maybe(get(`${base}/explanation`, { signal })),
			maybe(get_all(`${base}/evidence`, { signal })),
		]);

		return { why, evidence };
	}, [base, language.value]);

	return html`
		<div class="why-in">
			<p class="note noprint"><a href=${href(['statement', s.statement, 'line', String(l.line)])}>${t('line_link')}</a>
				${' · '}${t('event')} <${Digest} digest=${l.digest} /></p>
			<${Loaded} load=${load}>${({ why, evidence }) => html`
				<h3>${t('explanation')}</h3>
				${why ? html`<${Sentences} lang=${why.language} list=${why.sentences} evidence=${evidence ?? []} />`
					: html`<${Empty}>${t('explanation_none')}</>`}
				${evidence?.length > 0 ? html`<${EvidenceTable} evidence=${evidence} />`
					: html`<${Empty}>${t('evidence_none')}</>`}`}</>
		</div>`;
}

function EvidenceTable({ evidence })
{
	const rows = [...evidence].sort((a, b) => a.seq - b.seq);

	return html`<${Table} caption=${t('evidence')} rows=${rows} columns=${[
		{ label: t('entry'), number: true, value: e => html`<a href=${href(['entry', String(e.seq)])}>${e.seq}</a>` },
		{ label: t('recorded'), value: e => day(e.at) },
		{ label: t('sender'), value: e => party(e.sender) },
		{ label: t('type'), head: true, value: e => name('event', e.type) },
		{ label: t('part'), value: e => t(`part_${e.part}`) },
		{ label: t('event'), value: e => e.erased ? html`<${Tag}>${t('erased')}</>` : html`<${Digest} digest=${e.digest} />` },
	]} />`;
}

// The beginning of a digest in a sentence leads to the event.
function linked(sentence, evidence)
{
	return sentence.split(/\b([0-9a-f]{16})\b/).map((part, i) => {
		const found = i % 2 === 1 ? evidence.find(e => e.digest.startsWith(part)) : undefined;

		return found ? html`<a class="code" href=${href(['event', found.digest])}>${part}</a>` : part;
	});
}

// Sentences as they were printed: their indentation is their nesting.
export function Sentences({ list, lang, evidence = [] })
{
	const parts = list.map(sentence => {
		const [, space, dash, words] = /^( *)(- )?(.*)$/.exec(sentence);

		return { words, depth: Math.min(4, Math.floor(space.length / 2) + (dash ? 1 : 0)) };
	});
	const leads = (p, i) => p.depth === 0 && parts[i + 1]?.depth > 0;

	return html`<ul class="sentences" lang=${lang}>${parts.map((p, i) => html`
		<li class=${`depth${p.depth}${leads(p, i) ? ' leads' : ''}`}>${linked(p.words, evidence)}</li>`)}</ul>`;
}
