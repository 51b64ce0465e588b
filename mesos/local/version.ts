/** The Mesos whose API this speaks. */
export const mesosVersion = '1.12.0'
