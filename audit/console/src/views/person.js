// person.js - one person by pseudonym: what happened, what was attested, what it came to.
import { scaleUtc } from 'd3-scale';
import { useState } from 'preact/hooks';
import { href, language, t } from '../state.js';
import { get, get_all, get_contract, maybe, useLoad, with_query } from '../api.js';
import { day, money, name, party, person } from '../format.js';
import { Digest, Empty, Failure, Fields, Figure, Loaded, Page, Table, Tag, html,
	useWidth } from '../parts.js';
import { TimeAxis } from '../plots.js';
import { Sentences } from './statement.js';

export function People({ contract })
{
	const [list, set] = useState({ items: [], next: undefined });
	const load = useLoad(async ({ signal }) => {
		const page = await get(`/v1/contracts/${contract}/participants?limit=200`, { signal });

		set(page);
		return page;
	}, [contract]);
	const [error, fail] = useState(null);
	const more = async () => {
		try {
			const page = await get(with_query(`/v1/contracts/${contract}/participants`,
				{ limit: 200, cursor: list.next }));

			fail(null);
			set({ items: [...list.items, ...page.items], next: page.next });
		} catch (e) {
			fail(e);
		}
	};

	return html`
		<${Page} title=${t('people')} lead=${t('people_lead')}
			back=${{ to: href(['contract', contract]), label: t('contract') }}>
			<${Loaded} load=${load}>${() => list.items.length === 0 ? html`<${Empty}>${t('people_none')}</>` : html`
				<${Table} caption=${t('people')} hidden=${true} rows=${list.items} columns=${[
					{ label: t('participant'), head: true,
					  value: p => html`<a class="code" href=${href(['contract', contract, 'person', p.participant])}
						>${p.participant}</a>` },
					{ label: t('enrolled_on'), value: p => p.enrolled ?? '\u2013' },
					{ label: t('exited'), value: p => p.exited ?? '\u2013' },
					{ label: t('provider'), value: p => p.provider ? party(p.provider) : '\u2013' },
					{ label: t('events'), number: true, value: p => p.events },
				]} />
				${error && html`<${Failure} error=${error} retry=${more} />`}
				${list.next && html`<p class="row"><button type="button" onClick=${more}>${t('more')}</button></p>`}`}</>
		</>`;
}

export function Person({ contract, person: id })
{
	const base = `/v1/contracts/${contract}/participants/${id}`;
	const load = useLoad(async ({ signal }) => {
		const [who, outlook] = await Promise.all([
			get(base, { signal }), maybe(get(`${base}/outlook`, { signal })), get_contract(contract, { signal })]);

		return { who, outlook };
	}, [base, language.value]);

	return html`
		<${Page} title=${t('person_n', { id: person(id) })}
			back=${{ to: href(['contract', contract, 'people']), label: t('people') }}>
			<p class="lead"><span class="code">${id}</span></p>
			<${Loaded} load=${load}>${({ who, outlook }) => html`
				<${Fields} rows=${[
					[t('enrolled_on'), who.enrolled ?? '\u2013'],
					who.exited ? [t('exited'), who.exited] : null,
					who.provider ? [t('provider'), party(who.provider)] : null,
					who.site ? [t('site'), name('site', who.site)] : null,
				]} />
				${who.more && html`<p class="notice">${t('person_more')}</p>`}
				<${Figure} title=${t('timeline')} note=${t('timeline_note')}
					plot=${html`<${Timeline} who=${who} contract=${contract} />`} table=${html`<${Events} who=${who} />`} />
				<section><h2>${t('missing')}</h2>${outlook?.sentences.length > 0
					? html`<${Sentences} lang=${outlook.language} list=${outlook.sentences} />`
					: html`<${Empty}>${t('missing_none')}</>`}</section>
				<${Payments} who=${who} contract=${contract} />`}</>
		</>`;
}

// ---- the drawing ------------------------------------------------------------------------------

const standing = e => e.state === 'retracted' || e.state === 'corrected' ? 'gone' : e.verdict ?? 'open';
const body = e => e.event?.body ?? {};
const date_of = e => body(e).on ?? body(e).from ?? day(e.at);

// A correction holds a whole new body: the spell is drawn as it stands now.
function spells_of(events)
{
	const starts = events.filter(e => e.type === 'spell.started' && e.state !== 'retracted');

	return starts.map(start => {
		const now = events.find(e => e.type === 'event.corrected' && e.digest === start.replaced_by);
		const about = events.filter(e => e.state === 'live' && body(e).spell === start.digest);
		const end = about.find(e => e.type === 'spell.ended');
		const marks = about.filter(e => e.type === 'spell.confirmed' || e.type === 'spell.changed');
		const seen = marks.map(date_of).sort().at(-1);
		const facts = body(now ?? start).body ?? body(start);

		return {
			from: facts.from ?? date_of(start), to: end ? date_of(end) : seen ?? facts.from ?? date_of(start),
			ended: end !== undefined, standing: standing(now ?? { ...start, state: 'live' }), marks,
			words: [name('kind', facts.kind ?? 'spell'), facts.extent && `${facts.extent}\u00a0%`]
				.filter(Boolean).join(' '),
		};
	}).sort((a, b) => a.from < b.from ? -1 : 1);
}

// Lines of one entitlement are one mark.
export function payments_of(lines)
{
	const found = new Map();

	for (const l of lines) {
		const p = found.get(l.key) ?? { ...l, total: 0, lines: [] };

		p.total += l.amount;
		p.lines.push(l);
		found.set(l.key, p);
	}
	return [...found.values()].sort((a, b) => (a.achieved ?? '') < (b.achieved ?? '') ? -1 : 1);
}

const time = text => Date.parse(`${text}T00:00:00Z`);

function Timeline({ who, contract })
{
	const [ref, width] = useWidth();
	const spells = spells_of(who.events);
	const outcomes = payments_of(who.lines).filter(p => p.outcome && p.achieved);
	const activity = who.events.filter(e => e.type === 'activity.logged' && e.state === 'live');
	const dates = [who.enrolled, who.exited, ...who.events.map(date_of), ...outcomes.map(o => o.achieved)]
		.filter(Boolean).sort();

	if (dates.length === 0)
		return html`<div ref=${ref}><${Empty}>${t('timeline_none')}</></div>`;
	const first = time(dates[0]), last = Math.max(time(dates.at(-1)), first + 86400000 * 30);
	const x = scaleUtc([first, last], [12, width - 12]);
	const at = text => x(time(text));
	const rows = [['outcomes', 46], ...spells.map((_, i) => [i, 42]), ['activity', 40], ['enrolled', 34]];
	const tops = new Map();
	let height = 4;

	for (const [id, size] of rows) {
		tops.set(id, height);
		height += size;
	}
	const label = t('timeline_label', { from: dates[0], to: dates.at(-1), spells: spells.length, outcomes: outcomes.length });
	const row_name = (id, words) => html`<text class="row-name" x="0" y=${tops.get(id) + 12}>${words}</text>`;

	return html`
		<div class="plot" ref=${ref}>
			<svg width=${width} height=${height + 24} role="img" aria-label=${label}>
				<${TimeAxis} x=${x} top=${0} bottom=${height} width=${width} />
				${row_name('outcomes', t('outcomes'))}
				${outcomes.map((o, i) => html`<g class="outcome">
					<path d=${`M${at(o.achieved)} ${tops.get('outcomes') + 18}l7 7-7 7-7-7z`} />
					<${Label} words=${name('outcome', o.outcome, contract)} y=${tops.get('outcomes') + 29} x=${at(o.achieved)}
						least=${i > 0 ? at(outcomes[i - 1].achieved) : 0}
						most=${i + 1 < outcomes.length ? at(outcomes[i + 1].achieved) : width} />
				</g>`)}
				${spells.map((s, i) => html`<g class=${`spell ${s.standing}`}>
					${row_name(i, `${s.words}, ${t(`standing_${s.standing}`)}`)}
					<rect x=${at(s.from)} y=${tops.get(i) + 18} rx="2" height="12" width=${Math.max(2, at(s.to) - at(s.from))} />
					${!s.ended && html`<path class="goes-on" d=${`M${at(s.to) + 2} ${tops.get(i) + 18}l6 6-6 6`} />`}
					${s.marks.map(m => html`<circle class=${standing(m)} cx=${at(date_of(m))} cy=${tops.get(i) + 24} r="4" />`)}
				</g>`)}
				${row_name('activity', t('activity_n', { n: activity.length }))}
				<g class="activity">${activity.map(e => html`
					<line x1=${at(date_of(e))} x2=${at(date_of(e))} y1=${tops.get('activity') + 18} y2=${tops.get('activity') + 30} />`)}</g>
				${who.enrolled && html`${row_name('enrolled', who.exited ? t('enrolled_exited') : t('enrolled_still'))}
				<rect class="enrolled" x=${at(who.enrolled)} y=${tops.get('enrolled') + 18} height="8"
					width=${Math.max(2, (who.exited ? at(who.exited) : x(last)) - at(who.enrolled))} />`}
			</svg>
			<ul class="legend">
				<li><span class="dot accepted"></span>${t('standing_accepted')}</li>
				<li><span class="dot open"></span>${t('standing_open')}</li>
				<li><span class="dot rejected"></span>${t('standing_rejected')}</li>
			</ul>
		</div>`;
}

// Words beside a mark: behind it where there is room, else before it, else none (the table and
// the pointer have them).
function Label({ words, x, y, least, most })
{
	const room = words.length * 7.6 + 14;

	if (x + room <= most)
		return html`<text x=${x + 11} y=${y}>${words}</text>`;
	if (x - room >= least)
		return html`<text x=${x - 11} y=${y} text-anchor="end">${words}</text>`;
	return html`<title>${words}</title>`;
}

function Events({ who })
{
	const words = e => [body(e).kind && name('kind', body(e).kind), body(e).extent && `${body(e).extent} %`,
		body(e).hours && t('hours_n', { n: body(e).hours })].filter(Boolean).join(', ');

	return html`<${Table} caption=${t('timeline_table')} rows=${who.events} columns=${[
		{ label: t('date'), value: date_of },
		{ label: t('type'), head: true, value: e => name('event', e.type) },
		{ label: t('what'), wrap: true, value: words },
		{ label: t('sender'), value: e => party(e.sender) },
		{ label: t('recorded'), value: e => day(e.at) },
		{ label: t('state'), value: e => html`<${Standing} event=${e} />` },
		{ label: t('event'), value: e => html`<${Digest} digest=${e.digest} />` },
	]} />`;
}

export function Standing({ event: e })
{
	if (e.state !== 'live')
		return html`<${Tag} kind="warn">${t(`state_${e.state}`)}</>`;
	if (e.verdict === undefined)
		return '\u2013';
	return html`<${Tag} kind=${e.verdict === 'accepted' ? 'good' : 'bad'}>${t(`standing_${e.verdict}`)}</>`;
}

function Payments({ who, contract })
{
	const rows = payments_of(who.lines);

	if (rows.length === 0)
		return html`<section><h2>${t('payments')}</h2><${Empty}>${t('payments_none')}</></section>`;
	return html`<section><h2>${t('payments')}</h2><${Table} caption=${t('payments_caption')} rows=${rows} columns=${[
		{ label: t('payment'), head: true, value: p => `${name('payment', p.payment, contract)} ${p.occurrence ?? ''}` },
		{ label: t('achieved'), value: p => p.achieved ?? '\u2013' },
		{ label: t('reason'), value: p => name('reason', p.lines.at(-1).reason) },
		{ label: t('amount'), number: true, value: p => money(p.total, p.unit) },
		{ label: t('statement'), value: p => html`<a href=${href(
			['statement', p.statement, 'line', String(p.line)])}>${t('line_of', { n: p.number, line: p.line })}</a>` },
	]} /></section>`;
}

