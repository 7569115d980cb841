// terms.js - the contract's terms as sentences.
import { href, language, t } from '../state.js';
import { get_words, useLoad } from '../api.js';
import { Loaded, Page, html } from '../parts.js';

// A line in capitals is a heading; indentation is continuation.
function blocks(text)
{
	return text.split(/\n{2,}/).map(block => block.trimEnd()).filter(block => block !== '');
}

export function Terms({ contract })
{
	const load = useLoad(({ signal }) => get_words(`/v1/contracts/${contract}/terms`, { signal }),
		[contract, language.value]);

	return html`
		<${Page} title=${t('terms')} lead=${t('terms_lead')}
			back=${{ to: href(['contract', contract]), label: t('contract') }}>
			<${Loaded} load=${load}>${words => html`<div class="terms" lang=${words.language}>${blocks(words.text).map(block =>
				/^\p{Lu}[\p{Lu} ,]+$/u.test(block) ? html`<h2>${block}</h2>`
					: block.split('\n').map(line => html`<p class=${/^ {4}/.test(line) ? 'depth2'
						: /^ {2}/.test(line) ? 'depth1' : null}>${line.trim()}</p>`))}</div>`}</>
		</>`;
}
