// WebOTP: the browser asks whether to hand over the code of a text message that is for this site. Where none can, it never ends.
const textedCode = async (signal) => {
  if (!('OTPCredential' in window)) return new Promise(() => {});
  const otp = await navigator.credentials.get({ otp: { transport: ['sms'] }, signal });
  return otp?.code || '';
};
