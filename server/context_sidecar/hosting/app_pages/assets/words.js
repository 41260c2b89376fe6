// The few words that a page needs before our server has said anything, and when it says nothing.
(function () {
  const WORDS = {
    en: {
      loading: "Looking up the customer …",
      unreachable: "The customer’s facts could not be had",
      remedy: "Context Sidecar gave {name} no answer. Check again; if that does not help, tell your administrator.",
      silent: "No record yet",
      nameless: "{name} has not said which record is open. If checking again does not help, tell your administrator.",
      again: "Check again",
    },
    de: {
      loading: "Kunde wird nachgeschlagen …",
      unreachable: "Die Angaben zum Kunden waren nicht zu bekommen",
      remedy: "Context Sidecar hat {name} nicht geantwortet. Prüfen Sie erneut; hilft das nicht, sagen Sie es Ihrer Administration.",
      silent: "Noch kein Datensatz",
      nameless: "{name} hat nicht mitgeteilt, welcher Datensatz geöffnet ist. Hilft erneutes Prüfen nicht, sagen Sie es Ihrer Administration.",
      again: "Erneut prüfen",
    },
    es: {
      loading: "Buscando al cliente …",
      unreachable: "No se pudieron obtener los datos del cliente",
      remedy: "Context Sidecar no respondió a {name}. Vuelva a comprobarlo; si no ayuda, avise a su administrador.",
      silent: "Aún no hay registro",
      nameless: "{name} no ha indicado qué registro está abierto. Si volver a comprobarlo no ayuda, avise a su administrador.",
      again: "Volver a comprobar",
    },
    fr: {
      loading: "Recherche du client …",
      unreachable: "Impossible d’obtenir les informations sur le client",
      remedy: "Context Sidecar n’a pas répondu à {name}. Vérifiez à nouveau ; si cela persiste, prévenez votre administrateur.",
      silent: "Pas encore d’élément",
      nameless: "{name} n’a pas indiqué quel élément est ouvert. Si une nouvelle vérification n’aide pas, prévenez votre administrateur.",
      again: "Vérifier à nouveau",
    },
    ja: {
      loading: "顧客を検索しています…",
      unreachable: "顧客の情報を取得できませんでした",
      remedy: "Context Sidecar が {name} に応答しませんでした。もう一度確認し、改善しない場合は管理者にお知らせください。",
      silent: "レコードがまだありません",
      nameless: "{name} から、開いているレコードの情報が届いていません。もう一度確認しても改善しない場合は管理者にお知らせください。",
      again: "もう一度確認",
    },
  };

  function words(locale, name) {
    const language = String(locale || "en").slice(0, 2).toLowerCase();
    const found = Object.hasOwn(WORDS, language) ? WORDS[language] : WORDS.en;
    const filled = Object.entries(found).map(([key, text]) => [key, text.replace("{name}", name)]);
    return { language: found === WORDS.en ? "en" : language, ...Object.fromEntries(filled) };
  }

  window.contextSidecar = { words };
})();
