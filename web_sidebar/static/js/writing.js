// Only while practising: how long the composer had the focus before a text written by hand was sent. Which keys were
// pressed is never looked at; what was inserted or pasted is not measured.
import {boot} from './boot.js';

let began = 0, byHand = true;

export function begin() {
  began = performance.now();
  byHand = true;
}

export function notByHand() {
  byHand = false;
}

// Seconds since the writer could begin, or nothing where it was not written by hand or nobody practises.
export function written() {
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const measured = boot.practice && byHand && began > 0;
  return measured ? {wrote: seconds} : {};
}
