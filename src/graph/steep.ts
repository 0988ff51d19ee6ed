/**
 * Slope with which HardSigmoid is a step from 0 to 1: every float but the smallest is beyond its ramp. It takes one pass at
 * vector speed, where a comparison and Where take several times that.
 */
export const STEEP = 1e30;
