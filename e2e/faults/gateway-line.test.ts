import { countCuts } from './gateway-line.ts';

countCuts('2,000 prints, RST', 2_000, 'reset');
