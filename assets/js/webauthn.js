// Passkeys: a form marked data-passkey asks the browser for a credential and posts it.
//   login    fetches what to ask from the form's own address; shown only where there are passkeys
//   confirm  asks for one of the keys in #passkey-options
//   add      makes a new key as #passkey-options say
// What is sent and taken is the JSON of WebAuthn level 3, converted here for browsers without it.

const toBytes = (text) => {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
};

const toText = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
};

const withIds = (keys = []) => keys.map((key) => ({ ...key, id: toBytes(key.id) }));

async function create({ publicKey }, isPasskey) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withIds(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: isPasskey ? "required" : "discouraged",
        requireResidentKey: isPasskey,
        ...(isPasskey && { userVerification: "required" }),
      },
    },
  });
  return {
    ...common(credential),
    response: {
      clientDataJSON: toText(credential.response.clientDataJSON),
      attestationObject: toText(credential.response.attestationObject),
      transports: credential.response.getTransports?.() ?? [],
    },
  };
}

async function get({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withIds(publicKey.allowCredentials),
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  return {
    ...common(credential),
    response: {
      clientDataJSON: toText(clientDataJSON),
      authenticatorData: toText(authenticatorData),
      signature: toText(signature),
      userHandle: userHandle ? toText(userHandle) : null,
    },
  };
}

const common = (credential) => ({
  id: credential.id,
  rawId: toText(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: credential.getClientExtensionResults(),
});

class Unreachable extends Error {}

async function fetchOptions(form) {
  try {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (answer.ok) return (await answer.json()).request_options;
  } catch {
    // No connection: the same to whoever waits here.
  }
  throw new Unreachable();
}

const pageOptions = () => JSON.parse(document.getElementById("passkey-options").textContent);

const ceremonies = {
  login: async (form) => get(await fetchOptions(form)),
  confirm: () => get(pageOptions().request_options),
  add: (form) => create(pageOptions().creation_options, form.elements.passwordless?.checked ?? false),
};

function say(form, what) {
  for (const line of form.querySelectorAll("[data-passkey-says]")) {
    line.classList.toggle("hidden", line.dataset.passkeySays !== what);
  }
}

async function run(form, button) {
  say(form, "");
  button.disabled = true;
  try {
    const credential = await ceremonies[form.dataset.passkey](form);
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    button.disabled = false;
    if (error instanceof Unreachable) say(form, "unreachable");
    else say(form, error.name === "InvalidStateError" ? "known" : "stopped");
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[type=submit]");
  if (window.PublicKeyCredential && window.isSecureContext) {
    form.classList.remove("hidden");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run(form, button);
    });
  } else {
    document.querySelector("[data-passkey-missing]")?.classList.remove("hidden");
    button.disabled = true;
  }
}
