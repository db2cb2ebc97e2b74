import { countCuts } from './gateway-line.ts';

countCuts('10,000 prints, RST', 10_000, 'reset');
countCuts('10,000 prints, FIN', 10_000, 'end');
