// plots.js - SVG without styles of its own: classes and attributes only.
import { scaleLinear, scaleUtc } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { html, useWidth } from './parts.js';
import { language, t } from './state.js';
import { percent, whole } from './format.js';

const instant = text => Date.parse(`${text}T00:00:00Z`);

const month_name = date => new Intl.DateTimeFormat(language.value,
	{ month: 'short', timeZone: 'UTC' }).format(date).replace('.', '');

// January carries its year, other marks their month.
const tick_name = date => date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : month_name(date);

export function TimeAxis({ x, top, bottom, width })
{
	const ticks = x.ticks(Math.max(2, Math.floor(width / 70)));

	return html`<g class="axis">${ticks.map(tick => html`
		<line x1=${x(tick)} x2=${x(tick)} y1=${top} y2=${bottom} />
		<text x=${x(tick)} y=${bottom + 16} text-anchor="middle">${tick_name(tick)}</text>`)}</g>`;
}

// Labels at the ends of lines, moved apart.
function spread(ends, least)
{
	const sorted = [...ends].sort((a, b) => a.y - b.y);

	for (let i = 1; i < sorted.length; i++)
		sorted[i].y = Math.max(sorted[i].y, sorted[i - 1].y + least);
	return sorted;
}

// series: [{ name, points: [[date, total]] }], totals that only grow. Where the names have no room at
// the ends of their lines, they are told below.
export function GrowthPlot({ series, label })
{
	const [ref, width] = useWidth();
	const longest = Math.max(...series.map(s => s.name.length)) + 4;
	const named = longest * 7.4 + 10 <= width * 0.45;
	const room = named ? Math.ceil(longest * 7.4) + 10 : 48;
	const height = 260, top = 10, bottom = height - 28, left = 34;
	const dates = series.flatMap(s => s.points.map(p => instant(p[0])));
	const most = Math.max(1, ...series.flatMap(s => s.points.map(p => p[1])));
	const x = scaleUtc([Math.min(...dates), Math.max(...dates)], [left, width - room]);
	const y = scaleLinear([0, most], [bottom, top]).nice();
	const path = line(p => x(instant(p[0])), p => y(p[1])).curve(curveStepAfter);
	const last = Math.max(...dates);
	const ends = spread(series.map((s, i) => ({ s, i, y: y(s.points.at(-1)[1]) })), 17);

	return html`
		<div class="plot" ref=${ref}>
			<svg width=${width} height=${height} role="img" aria-label=${label}>
				<${TimeAxis} x=${x} top=${top} bottom=${bottom} width=${width - room - left} />
				<g class="axis">${y.ticks(4).filter(Number.isInteger).map(tick => html`
					<line x1=${left} x2=${width - room} y1=${y(tick)} y2=${y(tick)} />
					<text x=${left - 6} y=${y(tick) + 4} text-anchor="end">${whole(tick)}</text>`)}</g>
				${series.map((s, i) => html`
					<path class=${`line s${i}`} d=${path([...s.points, [new Date(last).toISOString().slice(0, 10),
						s.points.at(-1)[1]]])} />`)}
				${ends.map(e => html`
					<text class=${`end s${e.i}`} x=${width - room + 8} y=${e.y + 4}
						>${whole(e.s.points.at(-1)[1])}${named ? ` ${e.s.name}` : ''}</text>`)}
			</svg>
			${!named && html`<ul class="legend" aria-hidden="true">${series.map((s, i) => html`
				<li class=${`s${i}`}><svg width="26" height="10"><path class=${`line s${i}`} d="M0,5H26" /></svg> ${s.name}</li>`)}</ul>`}
		</div>`;
}

// steps: [{ name, count }]; the first is the whole
export function FunnelPlot({ steps })
{
	const all = Math.max(1, steps[0].count);

	return html`
		<ol class="funnel">${steps.map((s, i) => html`
			<li>
				<span class="funnel-name">${s.name}</span>
				<svg class="bar" width="100%" height="22" aria-hidden="true">
					<rect class="bar-room" width="100%" height="22" rx="3" />
					<rect class=${`bar-fill s${i}`} width=${`${s.count * 100 / all}%`} height="22" rx="3" />
				</svg>
				<span class="funnel-count"><strong>${whole(s.count)}</strong>
					${i > 0 && html` <span class="muted">${t('funnel_share', { share: percent(s.count, all) })}</span>`}
				</span>
			</li>`)}</ol>`;
}

export function RoomBar({ taken, total })
{
	const part = total <= 0 ? 100 : Math.min(100, Math.max(0, taken * 100 / total));

	return html`
		<svg class="bar" width="100%" height="14" aria-hidden="true">
			<rect class="bar-room" width="100%" height="14" rx="3" />
			<rect class=${part >= 100 ? 'bar-full' : 'bar-taken'} width=${`${part}%`} height="14" rx="3" />
		</svg>`;
}
