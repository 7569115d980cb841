// parts.js - what several views are made of.
import htm from 'htm';
import { h } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { href, t, token } from './state.js';
import { person, short, whole } from './format.js';

export const html = htm.bind(h);

export function Page({ title, lead, children, back })
{
	const heading = useRef(null);

	useEffect(() => { document.title = `${title} \u2013 utfall`; }, [title]);
	return html`
		<div class="page">
			${back && html`<p class="back noprint"><a href=${back.to}><span aria-hidden="true">← </span
				>${back.label}</a></p>`}
			<h1 tabindex="-1" id="title" ref=${heading}>${title}</h1>
			${lead && html`<p class="lead">${lead}</p>`}
			${children}
		</div>`;
}

export function Progress({ done, total, label })
{
	return html`
		<p role="status" class="progress">${label ?? t('loading')}
			${total > 0 && html` <span>${t('progress', { done: whole(done), total: whole(total) })}</span>
			<progress max=${total} value=${done} aria-label=${label ?? t('loading')}></progress>`}
			${!(total > 0) && done > 0 && html` <span>${whole(done)}</span>`}</p>`;
}

export function Failure({ error, retry })
{
	const known = `problem_${error.status}`;
	const title = error.status === 401 && token.value !== '' ? t('token_refused')
		: [0, 401, 404, 429, 503].includes(error.status) ? t(known) : t('problem_other');
	// The button goes away: whoever pressed it is led to what it was pressed for.
	const again = e => {
		const line = e.currentTarget.closest('.why')?.previousElementSibling.querySelector('button');

		(line ?? document.getElementById('title'))?.focus({ preventScroll: true });
		retry();
	};

	return html`
		<div role="alert" class="notice bad">
			<p><strong>${title}</strong></p>
			${error.status !== 0 && html`<p>${t('server_says')} <q lang="en">${error.message}</q></p>`}
			<p>${retry && html`<button type="button" onClick=${again}>${t('retry')}</button>`}
			${error.status === 401 && html` <a href=${href(['signin'])}>${t('sign_in')}</a>`}</p>
		</div>`;
}

// Shows what useLoad gives: progress, failure, or the children with the data.
export function Loaded({ load, children })
{
	if (load.state === 'loading')
		return html`<${Progress} ...${load.progress ?? {}} />`;
	if (load.state === 'error')
		return html`<${Failure} error=${load.error} retry=${load.retry} />`;
	return children(load.data);
}

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

// A table that scrolls inside itself; what it is called stays in sight. In a narrow window each row is a block,
// and each value stands beside its column's name (app.css).
// columns: [{ key, label, number, value(row), head }]
export function Table({ caption, columns, rows, hidden, foot })
{
	const id = useId();

	return html`
		<div class="framed">
		<p id=${id} class=${hidden ? 'hidden' : 'caption'}>${caption}</p>
		<div class="scroll" role="group" aria-labelledby=${id} tabindex="0">
			<table aria-labelledby=${id}>
				<thead><tr>${columns.map(c => html`
					<th scope="col" class=${c.number ? 'number' : null}>${c.label}</th>`)}</tr></thead>
				<tbody>${rows.map(row => html`<tr>${columns.map(c => cell(c, row))}</tr>`)}</tbody>
				${foot && html`<tfoot><tr>${foot.map((f, i) => i === 0
					? html`<th scope="row">${f}</th>`
					: html`<td class=${columns[i].number ? 'number' : null}
						data-label=${columns[i].label}>${f}</td>`)}</tr></tfoot>`}
			</table>
		</div>
		</div>`;
}

function cell(column, row)
{
	const kind = column.number ? 'number' : column.wrap ? 'wrap' : null;

	return column.head
		? html`<th scope="row" class=${kind} data-label=${column.label}>${column.value(row)}</th>`
		: html`<td class=${kind} data-label=${column.label}>${column.value(row)}</td>`;
}

// A plot and the same as a table; one of them is shown.
export function Figure({ title, note, plot, table })
{
	const [as_table, set] = useState(false);
	const id = useId();

	return html`
		<section class="figure" aria-labelledby=${id}>
			<div class="figure-head">
				<h2 id=${id}>${title}</h2>
				<button type="button" class="quiet noprint" aria-pressed=${as_table ? 'true' : 'false'}
					onClick=${() => set(!as_table)}>${t('as_table')}</button>
			</div>
			${note && html`<p class="note">${note}</p>`}
			${as_table ? table : plot}
		</section>`;
}

export const Digest = ({ digest, to }) => html`<a class="code" href=${to ?? href(['event', digest])}
	title=${digest}>${short(digest)}<span aria-hidden="true">…</span></a>`;

export const Person = ({ contract, pseudonym }) => html`<a class="code" title=${pseudonym}
	href=${href(['contract', contract, 'person', pseudonym])}>${person(pseudonym)}</a>`;

export const Tag = ({ kind, children }) => html`<span class=${`tag ${kind ?? ''}`}>${children}</span>`;

export function Fields({ rows })
{
	return html`<dl class="fields">${rows.filter(r => r !== null && r !== undefined).map(([label, value]) => html`
		<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

// The width that the plot may take, as it changes.
export function useWidth()
{
	const ref = useRef(null);
	const [width, set] = useState(640);

	useEffect(() => {
		const watch = new ResizeObserver(([entry]) => set(Math.max(240, Math.floor(entry.contentRect.width))));

		watch.observe(ref.current);
		return () => watch.disconnect();
	}, []);
	return [ref, width];
}
