// The few words that the card needs before our server has said anything, and when it says nothing.
const WORDS = {
  en: {
    loading: 'Looking up the customer',
    unreachable: 'The customer’s facts could not be had',
    unread: 'Jira has not said whose issue this is',
    remedy: 'Check again; if that does not help, tell your administrator.',
    again: 'Check again',
  },
  de: {
    loading: 'Kunde wird nachgeschlagen',
    unreachable: 'Die Angaben zum Kunden waren nicht zu bekommen',
    unread: 'Jira hat nicht gesagt, wessen Vorgang das ist',
    remedy: 'Prüfen Sie erneut; hilft das nicht, sagen Sie es Ihrer Administration.',
    again: 'Erneut prüfen',
  },
  fr: {
    loading: 'Recherche du client',
    unreachable: 'Impossible d’obtenir les informations sur le client',
    unread: 'Jira n’a pas indiqué à qui appartient ce ticket',
    remedy: 'Vérifiez à nouveau ; si cela persiste, prévenez votre administrateur.',
    again: 'Vérifier à nouveau',
  },
  es: {
    loading: 'Buscando al cliente',
    unreachable: 'No se pudieron obtener los datos del cliente',
    unread: 'Jira no ha dicho de quién es esta incidencia',
    remedy: 'Vuelva a comprobarlo; si no ayuda, avise a su administrador.',
    again: 'Volver a comprobar',
  },
  ja: {
    loading: '顧客を検索しています',
    unreachable: '顧客の情報を取得できませんでした',
    unread: 'この課題の顧客を Jira から取得できませんでした',
    remedy: 'もう一度確認し、改善しない場合は管理者にお知らせください。',
    again: 'もう一度確認',
  },
};

export function words(locale) {
  const language = (locale ?? 'en').slice(0, 2).toLowerCase();
  return Object.hasOwn(WORDS, language) ? WORDS[language] : WORDS.en;
}
