// The few words that the card needs before our server has said anything, and when it says nothing.
type Words = { loading: string; unreachable: string; remedy: string; again: string };

const WORDS: Record<string, Words> = {
  en: {
    loading: 'Looking up the customer',
    unreachable: 'The customer’s facts could not be had',
    remedy: 'Context Sidecar gave HubSpot no answer. Check again; if that does not help, tell your administrator.',
    again: 'Check again',
  },
  de: {
    loading: 'Kunde wird nachgeschlagen',
    unreachable: 'Die Angaben zum Kunden waren nicht zu bekommen',
    remedy: 'Context Sidecar hat HubSpot nicht geantwortet. Prüfen Sie erneut; hilft das nicht, sagen Sie es Ihrer Administration.',
    again: 'Erneut prüfen',
  },
  fr: {
    loading: 'Recherche du client',
    unreachable: 'Impossible d’obtenir les informations sur le client',
    remedy: 'Context Sidecar n’a pas répondu à HubSpot. Vérifiez à nouveau ; si cela persiste, prévenez votre administrateur.',
    again: 'Vérifier à nouveau',
  },
  es: {
    loading: 'Buscando al cliente',
    unreachable: 'No se pudieron obtener los datos del cliente',
    remedy: 'Context Sidecar no respondió a HubSpot. Vuelva a comprobarlo; si no ayuda, avise a su administrador.',
    again: 'Volver a comprobar',
  },
  ja: {
    loading: '顧客を検索しています',
    unreachable: '顧客の情報を取得できませんでした',
    remedy: 'Context Sidecar が HubSpot に応答しませんでした。もう一度確認し、改善しない場合は管理者にお知らせください。',
    again: 'もう一度確認',
  },
};

export function words(locale: string | undefined): Words {
  const language = (locale ?? 'en').slice(0, 2).toLowerCase();
  return Object.hasOwn(WORDS, language) ? WORDS[language]! : WORDS.en!;
}
