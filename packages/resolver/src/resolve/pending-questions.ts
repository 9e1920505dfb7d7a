/** What is pending and can be taken back. */
export interface Pending {
  /** The neighbours, kept by {@link PendingQuestions}. */
  previous: Pending | undefined;
  next: Pending | undefined;
  withdraw(): void;
}

/**
 * Questions in the order in which they were asked. Each knows its neighbours: a `Set` costs one that comes and goes half
 * a microsecond and garbage.
 */
export class PendingQuestions {
  #first: Pending | undefined;
  #last: Pending | undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** @param question is in no list */
  add(question: Pending): void {
    const last = this.#last;
    if (last === undefined) this.#first = question;
    else last.next = question;
    question.previous = last;
    this.#last = question;
  }

  /** Does nothing if the question is not in the list. */
  remove(question: Pending): void {
    const { previous, next } = question;
    if (previous === undefined && this.#first !== question) return;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    question.previous = undefined;
    question.next = undefined;
  }

  /** Empties the list, then takes all back that were in it. */
  withdrawAll(): void {
    const all: Pending[] = [];
    for (let question = this.#first; question !== undefined; question = this.#first) {
      all.push(question);
      this.remove(question);
    }
    for (const question of all) question.withdraw();
  }
}
