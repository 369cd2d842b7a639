internal import Markup

extension Script {
  /// Finds pictures by words and file names, shows only those with one outcome, and folds the words.
  static let gallery: Script = """
    'use strict';
    (() => {
      const tools = document.querySelector('.tools');
      const shots = [...document.querySelectorAll('.shot')];
      const texts = shots.map((shot) =>
        [...shot.querySelectorAll('h2, .file .name, .beams .text, .remark')].map((part) => part.textContent)
          .join('\\n').toLowerCase());
      const find = document.getElementById('find');
      const kind = document.getElementById('kind');
      const shown = document.getElementById('shown');
      const fold = document.getElementById('fold');
      const update = () => {
        const wanted = find.value.toLowerCase().split(' ').filter((word) => word);
        let count = 0;
        shots.forEach((shot, index) => {
          const fits = (!kind.value || shot.classList.contains(kind.value))
            && wanted.every((word) => texts[index].includes(word));
          shot.hidden = !fits;
          if (fits) count += 1;
        });
        shown.textContent = count === shots.length ? '' : `${count} of ${shots.length} shown`;
      };
      const words = () => [...document.querySelectorAll('details.words')];
      const label = () => {
        fold.textContent = words().some((part) => part.open) ? 'Fold all words' : 'Show all words';
      };
      tools.addEventListener('submit', (event) => event.preventDefault());
      find.addEventListener('input', update);
      kind.addEventListener('change', update);
      fold.addEventListener('click', () => {
        const open = !words().some((part) => part.open);
        words().forEach((part) => { part.open = open; });
        label();
      });
      label();
      tools.hidden = false;
    })();
    """
}
