// The page of figures is told of alerts while it is open; its figures stay as they were read.
import {$} from './boot.js';
import {connect, showNet} from './live.js';
import {Ops} from './ops.js';

$('#sign-in').addEventListener('click', () => location.reload());
connect({ops: new Ops({changed: showNet}), opening: () => null});
