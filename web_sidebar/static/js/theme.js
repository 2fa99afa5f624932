// Light or dark, as the person chose it at the workbench; without a choice the system's.
import {remembered} from './memory.js';

const theme = remembered('assistant-theme', '');
if (theme) document.documentElement.dataset.theme = theme;
