// A training method of one's own, here Mean Teacher with squared differences: own-method DATA RUN STEPS
import { train } from 'patchcl';
import { afterLabels, type Method, mean, mul, softmax, square, sub, supervisedLoss } from 'patchcl/methods';

export const squaredTeacher: Method = {
  name: 'squared-teacher',
  description: 'Mean Teacher with squared differences',
  reference: 'Tarvainen & Valpola, "Mean teachers are better role models", NeurIPS 2017',
  phases: ({ consistency: { start } }) =>
    afterLabels({
      name: 'consistency',
      start,
      usesUnlabelled: true,
      objective: (step) => {
        const student = softmax(step.unlabelledLogits(), 1); // of the strong view, with gradient
        const teacher = softmax(step.teacherLogits(), 1); // of the weak view, without
        const loss = mul(mean(square(sub(student, teacher))), step.scheduled('beta'));
        return { terms: { supervised: supervisedLoss(step), consistency: loss } };
      },
    }),
};

const [data = 'scans', out = 'runs/own', steps = '4000'] = process.argv.slice(2);
const settings = { method: squaredTeacher, labelled: 3, budget: { steps: Number(steps) } };
const { bestDice } = await train({ data, out, settings }).result;
console.log(`validation Dice ${bestDice?.toFixed(3)}`);
