internal import Markup

extension Script {
  /// Lets people drop files on a form that has a field for them, and shows that something is happening.
  static let drop: Script = #"""
    (() => {
      "use strict";
      const zone = document.getElementById("drop");
      if (!zone) return;
      const input = zone.querySelector("input[type=file]");
      const progress = document.getElementById("progress");
      zone.addEventListener("submit", () => { progress.textContent = "The files are on their way; this may take a while."; });
      for (const name of ["dragenter", "dragover"]) {
        zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
      }
      for (const name of ["dragleave", "drop"]) {
        zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.remove("over"); });
      }
      zone.addEventListener("drop", (event) => {
        if (!event.dataTransfer.files.length) return;
        input.files = event.dataTransfer.files;
        zone.requestSubmit();
      });
    })();
    """#

  /// Sends pictures one after the other, and shows the results as they arrive. Texts become text, never markup.
  static let caption: Script = #"""
    (() => {
      "use strict";
      const zone = document.getElementById("caption");
      const results = document.getElementById("results");
      if (!zone || !results || !window.fetch || !window.ReadableStream) return;
      const input = zone.querySelector("input[type=file]");
      input.required = false;
      let queue = Promise.resolve();
      let count = 0;

      const make = (name, text, style) => {
        const element = document.createElement(name);
        if (text !== undefined) element.textContent = text;
        if (style) element.className = style;
        return element;
      };
      const percent = (part) => part < 0.0001 ? "below 0.01 %" : part >= 0.1 ? (100 * part).toFixed(0) + " %"
        : (100 * part).toPrecision(2) + " %";
      const meter = (part, label) => {
        const element = document.createElement("meter");
        element.min = 0; element.max = 1; element.value = part;
        element.setAttribute("aria-label", label);
        return element;
      };

      // What the network sees: the picture is stretched to 346 x 346, and the middle 299 x 299 are kept.
      const seen = 299 / 346;
      const paint = (canvas, map, word) => {
        const values = map.words[word].values;
        const largest = Math.max(1e-9, ...map.words.flatMap((entry) => entry.values));
        canvas.width = 346; canvas.height = 346;
        const context = canvas.getContext("2d");
        context.clearRect(0, 0, 346, 346);
        const side = 299 / map.columns, height = 299 / map.rows, start = 346 * (1 - seen) / 2;
        values.forEach((value, index) => {
          const strength = Math.max(0, value / largest);
          context.fillStyle = `rgba(232, 89, 12, ${0.75 * strength})`;
          context.fillRect(start + side * (index % map.columns), start + height * Math.floor(index / map.columns), side, height);
        });
      };

      const card = (file) => {
        count += 1;
        const section = make("section", undefined, "captioned");
        const figure = make("figure");
        const stack = make("div", undefined, "stack");
        const image = document.createElement("img");
        image.alt = file.name || "the pasted picture";
        image.src = URL.createObjectURL(file);
        const canvas = document.createElement("canvas");
        canvas.setAttribute("aria-hidden", "true");
        stack.append(image, canvas);
        figure.append(stack, make("figcaption", file.name || "pasted picture"));
        const words = make("div");
        const heading = make("h2", "Waiting for its turn", "said");
        heading.id = `said-${count}`;
        section.setAttribute("aria-labelledby", heading.id);
        const status = make("p", "", "soft");
        const beams = make("div"), steps = make("div"), map = make("div");
        words.append(heading, status, beams, steps, map);
        section.append(figure, words);
        results.prepend(section);
        return { section, heading, status, beams, steps, map, canvas, image };
      };

      const table = (title, heads, rows, style) => {
        const box = make("div", undefined, "scroll");
        const element = make("table", undefined, style);
        element.append(make("caption", title));
        const head = document.createElement("thead"), line = document.createElement("tr");
        for (const text of heads) { const cell = make("th", text); cell.scope = "col"; line.append(cell); }
        head.append(line);
        const body = document.createElement("tbody");
        for (const row of rows) {
          const line = document.createElement("tr");
          row.forEach((content, index) => {
            const cell = document.createElement(index ? "td" : "th");
            if (!index) cell.scope = "row";
            if (content instanceof Node) cell.append(content); else cell.textContent = content;
            line.append(cell);
          });
          body.append(line);
        }
        element.append(head, body);
        box.append(element);
        return box;
      };

      const show = (card, event) => {
        switch (event.event) {
          case "model":
            card.heading.textContent = "Looking";
            card.status.textContent = event.remarks.join(" ");
            break;
          case "picture":
            if (event.warning) card.status.textContent += " " + event.warning;
            break;
          case "captions": {
            const captions = event.document.runs[0].images[0].captions;
            card.heading.textContent = captions.length ? captions[0].text : "The model says nothing";
            card.beams.replaceChildren(table("All captions that the search kept", ["Caption", "Probability", ""],
              captions.map((caption) => [caption.text, percent(caption.probability), meter(caption.probability, "probability")]),
              "beams"));
            break;
          }
          case "words":
            card.steps.replaceChildren(table("Word by word, and what else it might have said", ["Word", "Probability", "Instead"],
              event.words.map((step) => [step.word, percent(step.probability),
                step.alternatives.map((other) => `${other.word} ${percent(other.probability)}`).join(", ")]),
              "alternatives"));
            break;
          case "map": {
            const chosen = card.chosen || 0;
            card.latest = event;
            if (!card.buttons) {
              card.buttons = event.words.map((entry, index) => {
                const button = make("button", entry.word);
                button.type = "button";
                button.addEventListener("click", () => {
                  card.chosen = index;
                  card.buttons.forEach((other, place) => other.setAttribute("aria-pressed", String(place === index)));
                  paint(card.canvas, card.latest, index);
                });
                button.setAttribute("aria-pressed", String(index === chosen));
                return button;
              });
              const line = make("div", undefined, "words");
              line.setAttribute("role", "group");
              line.setAttribute("aria-label", "Which part of the picture a word depends on");
              line.append(...card.buttons);
              card.progress = make("p", "", "soft");
              card.map.replaceChildren(make("h3", "Which part of the picture a word depends on"), line, card.progress);
            }
            card.progress.textContent = event.done < event.count ? `${event.done} of ${event.count} patches hidden in turn`
              : "Orange: hiding this part makes the word less probable.";
            paint(card.canvas, event, chosen);
            break;
          }
          case "error":
            card.heading.textContent = "That did not work";
            card.status.textContent = event.error;
            card.status.className = "bad";
            break;
        }
      };

      const caption = async (file, card) => {
        card.heading.textContent = "Sending";
        try {
          const body = new FormData();
          body.append("picture", file, file.name || "pasted picture");
          const response = await fetch(zone.action, { method: "POST", body, headers: { Accept: "application/x-ndjson" } });
          if (!response.ok) return show(card, { event: "error", error: (await response.json()).error });
          const reader = response.body.getReader();
          const decoder = new TextDecoder();
          let rest = "";
          for (;;) {
            const { done, value } = await reader.read();
            if (done) break;
            const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
            rest = lines.pop();
            for (const line of lines) if (line) show(card, JSON.parse(line));
          }
        } catch (error) {
          show(card, { event: "error", error: "The server did not answer. Is it still running?" });
        }
      };

      const add = (files) => {
        const pictures = [...files];
        const cards = pictures.map(card);
        pictures.forEach((file, index) => { queue = queue.then(() => caption(file, cards[index])); });
      };
      zone.addEventListener("submit", (event) => { event.preventDefault(); add(input.files); input.value = ""; });
      input.addEventListener("change", () => { add(input.files); input.value = ""; });
      for (const name of ["dragenter", "dragover"]) {
        document.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
      }
      for (const name of ["dragleave", "drop"]) {
        document.addEventListener(name, (event) => { event.preventDefault(); zone.classList.remove("over"); });
      }
      document.addEventListener("drop", (event) => add(event.dataTransfer.files));
      document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) add(event.clipboardData.files); });
    })();
    """#
}
