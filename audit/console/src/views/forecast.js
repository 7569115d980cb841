// forecast.js - what would still come of a contract, if jobs are kept and if they are lost.
import { href, language, replace_query, route, t } from '../state.js';
import { get, get_contract, patiently, useLoad, with_query } from '../api.js';
import { bucket_name, amount, money, name, of_person, party, sum, whole } from '../format.js';
import { Empty, Loaded, Page, Table, html } from '../parts.js';

async function load_forecast(contract, asked, { signal })
{
	const base = `/v1/contracts/${contract}`;
	const c = await get_contract(contract, { signal });

	if (c.next_through === undefined)
		return { c };
	const until = asked ?? (c.outcome_until > c.next_through ? c.outcome_until : c.next_through);

	return { c, until, forecast: await patiently(() =>
		get(with_query(`${base}/forecast`, { until }), { signal }), signal) };
}

function Until({ value, least })
{
	return html`
		<fieldset class="filters noprint"><legend class="hidden">${t('forecast_until')}</legend>
			<div class="field"><label for="until">${t('forecast_until')}</label>
				<input id="until" type="date" value=${value} min=${least} required
					onChange=${e => e.currentTarget.value !== '' && replace_query({ until: e.currentTarget.value })} /></div>
		</fieldset>`;
}

export function Forecast({ contract })
{
	const asked = route.value.query.until;
	const load = useLoad(more => load_forecast(contract, asked, more), [contract, asked, language.value]);

	return html`
		<${Page} title=${t('forecast')} lead=${t('forecast_lead')}
			back=${{ to: href(['contract', contract]), label: t('contract') }}>
			${(asked !== undefined || load.data?.until !== undefined) && html`<${Until}
				value=${asked ?? load.data.until} least=${load.data?.c.next_through} />`}
			<${Loaded} load=${load}>${({ forecast }) => forecast === undefined
				? html`<${Empty}>${t('forecast_none')}</>`
				: html`<${Found} f=${forecast} contract=${contract} />`}</>
		</>`;
}

function Found({ f, contract })
{
	const limits = (f.limits ?? []).filter(l => !of_person(l.bucket) || l.kept === 0);

	return html`
		<p>${t('forecast_of', { n: whole(f.statements), day: f.through })}${f.jobs !== undefined &&
			html` ${t('forecast_known', { day: f.known, jobs: whole(f.jobs), earners: whole(f.earners) })}`}${
			f.pending > 0 && html` ${t('forecast_pending', { n: whole(f.pending) })}`}</p>
		<${Totals} rows=${f.rows} />
		<${Rows} contract=${contract} rows=${f.rows.filter(r => r.statement !== undefined)} />
		${limits.length > 0 && html`<${Limits} contract=${contract} limits=${limits} />`}
		<section><h2>${t('forecast_granted')}</h2>
			<ul lang=${f.language}>${f.assumptions.map(a => html`<li>${a}</li>`)}</ul></section>`;
}

// Each payer and payee, all payments together.
function pairs_of(rows)
{
	const pairs = new Map();

	for (const r of rows) {
		const id = [r.payer, r.payee, r.unit].join(' ');
		const p = pairs.get(id) ?? { payer: r.payer, payee: r.payee, unit: r.unit, settled: 0n, kept: 0n, lost: 0n };

		pairs.set(id, { ...p, settled: p.settled + BigInt(r.settled), kept: p.kept + BigInt(r.kept),
			lost: p.lost + BigInt(r.lost) });
	}
	return [...pairs.values()];
}

// In one unit it is said once, above, and there is a sum; amounts of several units have none.
function Totals({ rows })
{
	const pairs = pairs_of(rows);
	const unit = pairs.every(p => p.unit === pairs[0].unit) ? pairs[0]?.unit : undefined;
	const sums = [['settled', p => p.settled], ['comes_kept', p => p.kept], ['comes_lost', p => p.lost],
		['all_kept', p => p.settled + p.kept], ['all_lost', p => p.settled + p.lost]];

	if (pairs.length === 0)
		return html`<${Empty}>${t('forecast_nothing')}</>`;
	return html`
		<section><h2>${t('forecast_totals')}</h2>
		<${Table} caption=${t('forecast_totals_note') + (unit === undefined ? '' : ` (${unit})`)} rows=${pairs} columns=${[
			{ label: t('payer'), head: true, value: p => party(p.payer) },
			{ label: t('payee'), value: p => party(p.payee) },
			...sums.map(([label, of]) => ({ label: t(label), number: true,
				value: p => unit === undefined ? money(of(p), p.unit) : amount(of(p), unit) })),
		]} foot=${unit !== undefined && [t('total'), '',
			...sums.map(([, of]) => amount(sum(pairs, of), unit))]} /></section>`;
}

function Rows({ rows, contract })
{
	if (rows.length === 0)
		return null;
	return html`
		<section><h2>${t('forecast_rows')}</h2>
		<${Table} caption=${t('forecast_rows_note')} rows=${rows} columns=${[
			{ label: t('payer'), head: true, value: r => party(r.payer) },
			{ label: t('payee'), value: r => party(r.payee) },
			{ label: t('payment'), value: r => name('payment', r.payment, contract) },
			{ label: t('statement'), number: true, value: r => whole(r.statement) },
			{ label: t('through'), value: r => r.through },
			{ label: t('if_kept'), number: true, value: r => money(r.kept, r.unit) },
			{ label: t('if_lost'), number: true, value: r => money(r.lost, r.unit) },
		]} /></section>`;
}

// Room is money, or a number of entitlements.
function Limits({ limits, contract })
{
	const room = (l, n) => l.endless ? t('no_end') : n === undefined ? '\u2013'
		: l.unit === undefined ? whole(n) : money(n, l.unit);

	return html`
		<section><h2>${t('forecast_room')}</h2>
		<${Table} caption=${t('forecast_room_note')} rows=${limits} columns=${[
			{ label: t('limit'), head: true, value: l => name('limit', l.limit, contract) },
			{ label: t('limit_for'), value: l => bucket_name(l.bucket) },
			{ label: t('room_now'), number: true, value: l => room(l, l.now) },
			{ label: t('if_kept'), number: true, value: l => room(l, l.kept) },
			{ label: t('if_lost'), number: true, value: l => room(l, l.lost) },
		]} /></section>`;
}
