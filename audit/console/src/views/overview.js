// overview.js - the contracts, and one contract at a glance.
import { access, href, t } from '../state.js';
import { get, get_all, get_contract, maybe, useLoad } from '../api.js';
import { amount, bucket_name, day, money, name, of_person, party, sum, whole } from '../format.js';
import { Digest, Empty, Fields, Figure, Loaded, Page, Table, Tag, html } from '../parts.js';
import { FunnelPlot, GrowthPlot, RoomBar } from '../plots.js';

export function Home()
{
	const load = useLoad(async ({ signal }) => ({
		contracts: await get_all('/v1/contracts', { signal }),
		aggregates: await get_all('/v1/aggregates', { signal }),
		open: await Promise.all(access.value.contracts.map(c => maybe(get_contract(c, { signal })))),
	}), []);

	return html`
		<${Page} title=${t('contracts')} lead=${access.value.role === 'public' ? t('public_lead') : null}>
			<${Loaded} load=${load}>${data => data.contracts.length === 0
				? html`<${Empty}>${t('contracts_none')}</>`
				: html`<ul class="cards">${data.contracts.map(c => html`
					<${ContractCard} contract=${c}
						counts=${data.aggregates.find(a => a.contract === c.contract)} />`)}</ul>`}</>
		</>`;
}

function ContractCard({ contract: c, counts })
{
	const open = access.value.contracts.includes(c.contract);
	const cell = part => part.suppressed ? t('fewer_than_five') : whole(part.count ?? 0);

	return html`
		<li class="card">
			<h2>${open ? html`<a href=${href(['contract', c.contract])}>${name('contract', c.name)}</a>`
				: name('contract', c.name)}</h2>
			<p><${Tag} kind=${c.status === 'in_force' ? 'good' : ''}>${name('status', c.status)}</>
				${' '}${t('statements_n', { n: whole(c.statements) })}</p>
			${counts && html`<${Fields} rows=${[
				[t('enrolled'), counts.suppressed ? t('fewer_than_five') : whole(counts.enrolled ?? 0)],
				...counts.outcomes.map(o => [name('outcome', o.outcome, c.contract), cell(o)]),
			]} />`}
			${!open && html`<p class="note">${t('contract_closed')}</p>`}
		</li>`;
}

async function load_overview(contract, { signal })
{
	const base = `/v1/contracts/${contract}`;
	const [c, balances, limits, counts, statements, disputes, terms] = await Promise.all([
		get_contract(contract, { signal }),
		maybe(get_all(`${base}/balances`, { signal })),
		maybe(get_all(`${base}/limits`, { signal })),
		maybe(get(`${base}/counts`, { signal })),
		maybe(get_all('/v1/statements', { signal, query: { contract } })),
		maybe(get_all(`${base}/disputes`, { signal })),
		maybe(get(`${base}/terms`, { signal })),
	]);

	return { c, balances, limits, counts, statements, disputes, terms };
}

export function Overview({ contract })
{
	const load = useLoad(more => load_overview(contract, more), [contract]);
	const title = load.state === 'ready' ? name('contract', load.data.c.name) : t('contract');

	return html`
		<${Page} title=${title} back=${{ to: '#/', label: t('contracts') }}>
			<${Loaded} load=${load}>${data => html`
				<${Facts} c=${data.c} pays=${data.balances !== undefined} />
				${data.balances && html`<${Money} balances=${data.balances} disputes=${data.disputes} />`}
				${data.limits?.length > 0 && html`<${Rooms} data=${data} />`}
				${data.counts && html`<${Outcomes} data=${data} />`}
				<${Statements} statements=${data.statements} />
				${data.disputes?.length > 0 && html`<${Disputes} data=${data} />`}
				<${Parties} c=${data.c} />`}</>
		</>`;
}

function Facts({ c, pays })
{
	return html`
		<p class="lead"><${Tag} kind=${c.status === 'in_force' ? 'good' : ''}>${name('status', c.status)}</>
			${' '}${t('contract_runs', { from: c.from, until: c.outcome_until })}
			${c.next_through && html` ${t('contract_next', { day: c.next_through })}`}</p>
		<p class="row noprint">
			<a class="button" href=${href(['contract', c.contract, 'people'])}>${t('people')}</a>
			<a class="button" href=${href(['contract', c.contract, 'terms'])}>${t('terms')}</a>
			${pays && c.next_through && html`
				<a class="button" href=${href(['contract', c.contract, 'forecast'])}>${t('forecast')}</a>`}
		</p>`;
}

function Money({ balances, disputes })
{
	const units = [...new Set(balances.map(b => b.unit))];

	if (balances.length === 0)
		return html`<section><h2>${t('money')}</h2><${Empty}>${t('money_none')}</></section>`;
	return html`
		<section aria-labelledby="money"><h2 id="money">${t('money')}</h2>
		${units.map(unit => {
			const rows = balances.filter(b => b.unit === unit);
			const key = (label, field, note) => html`<div class="key"><dt>${label}</dt>
				<dd><span class="big">${amount(sum(rows, b => b[field]), unit)}</span> <span class="unit">${unit}</span>
				<span class="note">${note}</span></dd></div>`;

			return html`
				<dl class="keys">
					${key(t('settled'), 'settled', t('settled_note'))}
					${key(t('approved'), 'approved', t('approved_note'))}
					${key(t('paid'), 'paid', t('paid_note'))}
					${key(t('disputed'), 'held', t('disputed_note', { n: (disputes ?? []).filter(d => d.open).length }))}
				</dl>
				<${Table} caption=${t('balances_caption', { unit })} rows=${rows} columns=${[
					{ label: t('payer'), head: true, value: b => party(b.payer) },
					{ label: t('payee'), value: b => party(b.payee) },
					...['settled', 'approved', 'held', 'paid', 'received'].map(field => ({
						label: t(field === 'held' ? 'disputed' : field), number: true,
						value: b => amount(b[field], unit),
					})),
					{ label: t('to_pay'), number: true, value: b => amount(b.settled - b.held - b.paid, unit) },
				]} foot=${[t('total'), '', ...['settled', 'approved', 'held', 'paid', 'received']
					.map(field => amount(sum(rows, b => b[field]), unit)),
					amount(sum(rows, b => b.settled - b.held - b.paid), unit)]} />`;
		})}</section>`;
}

function Rooms({ data })
{
	const of_people = id => Number(data.limits.some(l => l.limit === id && of_person(l.bucket)));
	const names = [...new Set(data.limits.map(l => l.limit))].sort((a, b) => of_people(a) - of_people(b));
	const in_money = id => (data.terms?.limits?.find(l => l.name === id)?.along ?? 'amount') === 'amount';
	const show = (n, id) => in_money(id) ? money(n, data.c.unit) : whole(n);

	return html`<${Figure} title=${t('rooms')} note=${t('rooms_note')}
		plot=${html`<div class="rooms">${names.map(id => html`
			<${Room} title=${name('limit', id, data.c.contract)} show=${n => show(n, id)} contract=${data.c.contract}
				buckets=${data.limits.filter(l => l.limit === id)} />`)}</div>`}
		table=${html`<${Table} caption=${t('rooms')} rows=${data.limits} columns=${[
			{ label: t('limit'), head: true, value: l => name('limit', l.limit, data.c.contract) },
			{ label: t('limit_for'), value: l => bucket_name(l.bucket) },
			{ label: t('taken'), number: true, value: l => show(l.taken, l.limit) },
			{ label: t('room'), number: true, value: l => l.room === undefined ? t('no_end') : show(l.room, l.limit) },
		]} />`} />`;
}

function Room({ title, buckets, show, contract })
{
	const people = buckets.filter(b => of_person(b.bucket));
	const others = buckets.filter(b => !of_person(b.bucket));
	const full = people.filter(b => b.room === 0).length;
	const bars = list => html`<ul class="bars">${list.map(b => html`
		<li><span class="bar-name">${of_person(b.bucket)
			? html`<a href=${href(['contract', contract, 'person', of_person(b.bucket)])}>${bucket_name(b.bucket)}</a>`
			: bucket_name(b.bucket)}</span>
			${b.room !== undefined && html`<${RoomBar} taken=${b.taken} total=${b.taken + b.room} />`}
			<span class="bar-words">${b.room === undefined ? t('taken_only', { taken: show(b.taken) })
				: t('taken_of', { taken: show(b.taken), total: show(b.taken + b.room), room: show(b.room) })}</span>
		</li>`)}</ul>`;

	return html`
		<div class="room"><h3>${title}</h3>
			${others.length > 0 && bars(others)}
			${people.length > 0 && html`
				<details><summary>${t('rooms_people', { n: people.length, full })}</summary>
				${bars([...people].sort((a, b) => (a.room ?? Infinity) - (b.room ?? Infinity)))}</details>`}
		</div>`;
}

// Outcomes that people reach, not the contract as a whole; each step after the one before it.
function funnel_of({ c, counts, terms })
{
	const reached = counts.outcomes.filter(o => terms?.outcomes?.[o.outcome]?.for !== 'contract');

	return [{ name: t('enrolled'), count: counts.enrolled },
		...reached.map(o => ({ name: name('outcome', o.outcome, c.contract), count: o.people ?? o.count }))
			.sort((a, b) => b.count - a.count)];
}

function growth_of({ c, counts })
{
	const total = pick => {
		let so_far = 0;

		return counts.months.map(m => [m.month, so_far += pick(m)]);
	};
	const of = id => m => m.outcomes.find(o => o.outcome === id)?.count ?? 0;

	return [{ name: t('enrolled'), points: total(m => m.enrolled) },
		...[...counts.outcomes].sort((a, b) => b.count - a.count).slice(0, 5)
			.map(o => ({ name: name('outcome', o.outcome, c.contract), points: total(of(o.outcome)) }))];
}

function Outcomes({ data })
{
	const { counts } = data;

	if (counts.months.length === 0)
		return html`<section><h2>${t('outcomes')}</h2><${Empty}>${t('outcomes_none')}</></section>`;
	const series = growth_of(data);
	const steps = funnel_of(data);

	return html`
		<div class="pair">
		<${Figure} title=${t('funnel')} note=${t('funnel_note')}
			plot=${html`<${FunnelPlot} steps=${steps} />`}
			table=${html`<${Table} caption=${t('funnel')} rows=${steps} columns=${[
				{ label: t('step'), head: true, value: s => s.name },
				{ label: t('count'), number: true, value: s => whole(s.count) },
			]} />`} />
		<${Figure} title=${t('growth')} note=${t('growth_note')}
			plot=${html`<${GrowthPlot} series=${series} label=${t('growth')} />`}
			table=${html`<${Table} caption=${t('growth')} rows=${counts.months} columns=${[
				{ label: t('month'), head: true, value: m => m.month.slice(0, 7) },
				...series.map((s, i) => ({ label: s.name, number: true,
					value: m => whole(s.points[counts.months.indexOf(m)][1]) })),
			]} />`} />
		</div>`;
}

function Statements({ statements })
{
	if (statements === undefined)
		return null;
	if (statements.length === 0)
		return html`<section><h2>${t('statements')}</h2><${Empty}>${t('statements_none')}</></section>`;
	const totals = s => [...new Set(s.totals.map(x => x.unit))]
		.map(unit => money(sum(s.totals.filter(x => x.unit === unit), x => x.amount), unit)).join(', ') || '\u2013';

	return html`
		<section><h2>${t('statements')}</h2>
		<${Table} caption=${t('statements_caption')} rows=${[...statements].reverse()} columns=${[
			{ label: t('number'), head: true,
			  value: s => html`<a href=${href(['statement', s.statement])}>${t('statement_n', { n: s.number })}</a>` },
			{ label: t('through'), value: s => s.through },
			{ label: t('issued'), value: s => day(s.at) },
			{ label: t('lines'), number: true, value: s => s.lines === undefined ? '\u2013' : whole(s.lines) },
			{ label: t('total'), number: true, value: totals },
			{ label: t('approved_by'), wrap: true, value: s => s.approved.map(party).join(', ') || '\u2013' },
		]} /></section>`;
}

function Disputes({ data })
{
	return html`
		<section><h2>${t('disputes')}</h2>
		<${Table} caption=${t('disputes')} rows=${data.disputes} columns=${[
			{ label: t('opened'), head: true, value: d => day(d.at) },
			{ label: t('by'), value: d => party(d.party) },
			{ label: t('payer'), value: d => party(d.payer) },
			{ label: t('reason'), value: d => d.reason ? name('reason', d.reason) : '\u2013' },
			{ label: t('state'), value: d => html`<${Tag} kind=${d.open ? 'warn' : 'good'}
				>${d.open ? t('open') : t('resolved')}</>` },
			{ label: t('decided'), number: true,
			  value: d => d.amount === undefined ? '\u2013' : money(d.amount, data.c.unit) },
			{ label: t('event'), value: d => html`<${Digest} digest=${d.dispute} />` },
		]} /></section>`;
}

function Parties({ c })
{
	return html`
		<section><h2>${t('parties')}</h2>
		<${Table} caption=${t('parties_caption')} rows=${c.parties} columns=${[
			{ label: t('party'), head: true, value: p => party(p.party) },
			{ label: t('role'), value: p => p.roles.map(r => name('role', r)).join(', ') },
			{ label: t('signed'), value: p => c.versions.map(v => v.signatures.find(s => s.party === p.party)?.signed
				? t('version_n', { n: v.number }) : null).filter(Boolean).join(', ') || '\u2013' },
		]} /></section>`;
}
